"""files.*: handing files in and reading them."""

from __future__ import annotations

from tests.wire.slack import happenings, shapes, writing
from tests.wire.slack.bits import Json
from tests.wire.slack.call import Call, methods
from tests.wire.slack.errors import Refused, invalid_arguments
from tests.wire.slack.methods_chat import open_to
from tests.wire.slack.records import Channel, File


@methods.on("files.getUploadURLExternal", "filename! length! alt_txt snippet_type", scopes="files:write", tier=4)
def get_url(call: Call) -> Json:
    """Where to send the bytes of a new file."""
    size = call.whole("length", 0)
    if size <= 0:
        raise invalid_arguments("must be greater than 0 [json-pointer:/length]")
    name = call.need("filename")
    file = File(call.state.new.id("F"), call.team, call.me, name, size, call.now, alt=call.text("alt_txt"))
    call.state.files[file.id] = file
    return {"upload_url": f"{call.state.base}/upload/v1/{file.id}", "file_id": file.id}


@methods.on(
    "files.completeUploadExternal",
    "files! channel_id channels thread_ts initial_comment blocks",
    scopes="files:write",
    tier=4,
)
def complete(call: Call) -> Json:
    """Share files whose bytes are there, as one message."""
    found = [_ready(call, it) for it in _asked(call)]
    target = call.text("channel_id")
    channel = _channel(call, target) if target else None
    for file, title in found:
        file.done, file.title = True, title or file.title or file.name
    if channel is not None:
        _share(call, channel, [file for file, _ in found])
    return {"files": [shapes.file(call.state, file) for file, _ in found]}


def _asked(call: Call) -> list[Json]:
    asked = call.json("files", "invalid_arguments")
    if not isinstance(asked, list) or not asked or not all(isinstance(it, dict) and it.get("id") for it in asked):
        raise invalid_arguments("must provide an array [json-pointer:/files]")
    return asked


def _ready(call: Call, asked: Json) -> tuple[File, str]:
    file = call.state.files.get(str(asked["id"]))
    if file is None or file.user != call.me or file.done:
        raise Refused("file_not_found")
    if file.data is None:
        raise Refused("file_not_found")
    return file, str(asked.get("title") or "")


def _channel(call: Call, id: str) -> Channel:
    channel = call.state.channels.get(id)
    if channel is None or channel.team != call.team:
        raise Refused("channel_not_found")
    open_to(call, channel)
    return channel


def _share(call: Call, channel: Channel, files: list[File]) -> None:
    comment, blocks = call.text("initial_comment"), call.json("blocks", "invalid_blocks_format")
    new: Json = {"text": ""}
    if comment or blocks:
        new = writing.words(call.state, channel, {"text": comment, "blocks": blocks})
    thread = writing.in_thread(call.state, channel, call.text("thread_ts"))
    message = writing.by_bot(call.state, channel, new, thread_ts=thread, subtype="file_share")
    message.files = [it.id for it in files]
    for file in files:
        file.shared.append(channel.id)
    writing.publish(call.state, message)
    happenings.files_shared(call.state, channel, message.files, call.me)
    writing.note(call.state, writing.effect_of(channel), message)


@methods.on("files.info", "file! count page limit cursor", scopes="files:read", tier=4)
def info(call: Call) -> Json:
    return {"file": shapes.file(call.state, _known(call)), "comments": [], "response_metadata": {"next_cursor": ""}}


@methods.on("files.delete", "file!", scopes="files:write", tier=3)
def delete(call: Call) -> Json:
    file = _known(call)
    if file.user != call.me:
        raise Refused("cant_delete_file")
    del call.state.files[file.id]
    return {}


def _known(call: Call) -> File:
    file = call.state.files.get(call.need("file"))
    if file is None or file.team != call.team:
        raise Refused("file_not_found")
    seen = [id for id in file.shared if call.me in call.state.channels[id].members]
    if file.user != call.me and not seen:
        raise Refused("file_not_found")
    return file
