"""The real ``python -m bot run`` over one database, driven through the playground page's own addresses."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 90.0
STARTING = 90.0
"""Seconds in which a process is ready, on a machine that does much else."""
STARTING_WORK = 12.0
"""Seconds of one processor that a start may take: what waits in the database adds next to nothing."""
SWIFTLY = 10.0
"""Seconds in which a process that is asked to stop has stopped, on a machine that does much else."""
LOST = (OSError, http.client.HTTPException)


class Relais:
    """A process that may be stopped, killed and started again. ``port`` stays its own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.database = folder / "relais.db"
        self.port = free_port()
        self.environment = environment
        self.process: subprocess.Popen[bytes] | None = None

    # Life

    def launch(self) -> subprocess.Popen[bytes]:
        keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "VIRTUAL_ENV") if name in os.environ}
        database = f"sqlite+aiosqlite:///{self.database}"
        environment = {"PYTHONPATH": str(ROOT), "DATABASE_URL": database, "WEB_PORT": str(self.port)}
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run", "--quiet"],
                cwd=self.folder,
                env={**keep, **environment, "TZ": "Europe/Paris", **self.environment},
                stdout=log,
                stderr=log,
            )
        return self.process

    def start(self) -> None:
        process, end = self.launch(), time.monotonic() + STARTING
        while self.get("/readyz")[0] != 200:
            assert process.poll() is None, self.log
            assert time.monotonic() < end, self.log
            assert worked(process.pid) < STARTING_WORK, self.log
            time.sleep(0.05)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(PATIENCE)
            self.process = None

    def stop(self, how: signal.Signals = signal.SIGTERM) -> float:
        """Ask it to stop; gives how many seconds it took. It must end well."""
        assert self.process is not None
        begun = time.monotonic()
        self.process.send_signal(how)
        assert self.process.wait(PATIENCE) == 0, self.log
        self.process = None
        return time.monotonic() - begun

    def fails(self) -> tuple[int, str]:
        """Run what must not run: the exit code, and what was said."""
        code = self.launch().wait(PATIENCE)
        self.process = None
        return code, self.log

    @property
    def _log(self) -> Path:
        return self.folder / "log"

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8")

    # Talking to it

    def get(self, path: str) -> tuple[int, str]:
        """Status and text; status 0 when nobody answers."""
        return self._ask("GET", path)

    def post(self, path: str, **form: str) -> int:
        """The status; 0 when nobody answered, and so nothing was acknowledged."""
        return self._ask("POST", path, urlencode(form))[0]

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Origin": f"http://127.0.0.1:{self.port}", "Accept-Language": "en"}
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except LOST:
            return 0, ""
        finally:
            connection.close()


class Town:
    """The first community of a running Relais, as its page shows it."""

    def __init__(self, relais: Relais) -> None:
        self.relais = relais
        relais.get("/?language=en")
        shown = relais.get("/town/t1/c2/part/channels")[1]
        found = re.findall(r'/town/t1/(\w+)\?.*?tab-name">([\w-]+)<', shown)
        self.rooms: Mapping[str, str] = {name: room for room, name in found}

    def joins(self, name: str) -> bool:
        """Somebody new joins; whether that was acknowledged."""
        return self.relais.post(f"/town/t1/{self.rooms['welcome']}/do/newcomer", name=name) // 100 == 2

    def says(self, text: str) -> bool:
        """The first person says something in the general channel; whether that was acknowledged."""
        return self.relais.post(f"/town/t1/{self.rooms['general']}/do/say", text=text) // 100 == 2

    def passes(self, by: str) -> None:
        """Let time pass: an hour, a day, a week."""
        assert self.relais.post(f"/town/t1/{self.rooms['general']}/do/time", by=by, pace="0") == 204
        end = time.monotonic() + PATIENCE
        while 'id="show"' in self.part("clock"):
            assert time.monotonic() < end
            time.sleep(0.02)

    def part(self, name: str, room: str = "general") -> str:
        status, text = self.relais.get(f"/town/t1/{self.rooms[room]}/part/{name}?shown=2000")
        assert status == 200
        return text

    def read(self, room: str) -> str:
        """What is said in a channel, in words."""
        return unescape(re.sub(r"<[^>]+>", " ", self.part("messages", room)))

    def people(self) -> set[str]:
        """Who is there, without those who are not any more."""
        return set(re.findall(r'class="person">.*?person-name"><b>([^<]+)<', self.part("people"), re.DOTALL))


def worked(pid: int) -> float:
    """Seconds of one processor that a process has used; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
