"""Slack's names of the emoji that communities use, both ways. Unknown ones keep their name, without the colons."""

from __future__ import annotations

import re
from collections.abc import Mapping

_TABLE = """
+1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 clap 👏 raised_hands 🙌 wave 👋 pray 🙏 muscle 💪 ok_hand 👌 point_up ☝️
point_right 👉 point_left 👈 point_down 👇 point_up_2 👆 handshake 🤝 v ✌️ crossed_fingers 🤞 raised_hand ✋
heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 black_heart 🖤 broken_heart 💔
white_heart 🤍 sparkling_heart 💖 heart_hands 🫶 fire 🔥 100 💯 tada 🎉 confetti_ball 🎊 sparkles ✨ star ⭐ star2 🌟
rocket 🚀 eyes 👀 zap ⚡ boom 💥 bulb 💡 bell 🔔 no_bell 🔕 trophy 🏆 medal 🏅 first_place_medal 🥇
second_place_medal 🥈 third_place_medal 🥉 gift 🎁 balloon 🎈 birthday 🎂 cake 🍰 coffee ☕ beer 🍺 beers 🍻
champagne 🍾 pizza 🍕 apple 🍎 white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌
negative_squared_cross_mark ❎ heavy_plus_sign ➕ heavy_minus_sign ➖ question ❓ exclamation ❗ warning ⚠️
no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑 rotating_light 🚨 red_circle 🔴 large_orange_circle 🟠
large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵 one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣
seven 7️⃣ eight 8️⃣ nine 9️⃣ keycap_ten 🔟 zero 0️⃣ smile 😄 smiley 😃 grinning 😀 grin 😁 laughing 😆 joy 😂
rolling_on_the_floor_laughing 🤣 slightly_smiling_face 🙂 upside_down_face 🙃 wink 😉 blush 😊 innocent 😇 heart_eyes 😍
star-struck 🤩 kissing_heart 😘 yum 😋 stuck_out_tongue 😛 thinking_face 🤔 neutral_face 😐 expressionless 😑
no_mouth 😶 smirk 😏 unamused 😒 face_with_rolling_eyes 🙄 grimacing 😬 relieved 😌 pensive 😔 sleeping 😴
sunglasses 😎 nerd_face 🤓 confused 😕 worried 😟 slightly_frowning_face 🙁 open_mouth 😮 astonished 😲 flushed 😳
pleading_face 🥺 cry 😢 sob 😭 scream 😱 disappointed 😞 tired_face 😫 triumph 😤 rage 😡 angry 😠 exploding_head 🤯
partying_face 🥳 hugging_face 🤗 face_with_monocle 🧐 shushing_face 🤫 zipper_mouth_face 🤐 skull 💀 ghost 👻 alien 👽
robot_face 🤖 poop 💩 sun_with_face 🌞 sunny ☀️ rainbow 🌈 cloud ☁️ snowflake ❄️ seedling 🌱 four_leaf_clover 🍀 rose 🌹
sunflower 🌻 dog 🐶 cat 🐱 unicorn_face 🦄 bee 🐝 turtle 🐢 penguin 🐧 owl 🦉 fox_face 🦊 earth_africa 🌍
calendar 📆 date 📅 alarm_clock ⏰ hourglass ⌛ hourglass_flowing_sand ⏳ stopwatch ⏱️ pushpin 📌 round_pushpin 📍
paperclip 📎 memo 📝 pencil2 ✏️ book 📖 books 📚 newspaper 📰 mag 🔍 link 🔗 lock 🔒 unlock 🔓 key 🔑 hammer 🔨
wrench 🔧 gear ⚙️ computer 💻 iphone 📱 telephone_receiver 📞 email 📧 envelope ✉️ inbox_tray 📥 outbox_tray 📤
mega 📣 loudspeaker 📢 speech_balloon 💬 thought_balloon 💭 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉
bar_chart 📊 musical_note 🎵 headphones 🎧 microphone 🎤 art 🎨 camera 📷 video_game 🎮 dart 🎯 game_die 🎲 soccer ⚽
basketball 🏀 checkered_flag 🏁 triangular_flag_on_post 🚩 crown 👑 gem 💎 moneybag 💰 ticket 🎫 globe_with_meridians 🌐
recycle ♻️ arrow_up ⬆️ arrow_down ⬇️ arrow_left ⬅️ arrow_right ➡️ arrows_counterclockwise 🔄 repeat 🔁 new 🆕 sos 🆘
flag-fr 🇫🇷 fr 🇫🇷 flag-gb 🇬🇧 gb 🇬🇧 flag-us 🇺🇸 us 🇺🇸 flag-be 🇧🇪 flag-ch 🇨🇭 flag-ca 🇨🇦 flag-eu 🇪🇺
"""

_WORDS = _TABLE.split()
SIGNS: Mapping[str, str] = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))
"""The sign of each name."""

_BARE = "\ufe0f"
_NAMES: Mapping[str, str] = {sign.replace(_BARE, ""): name for name, sign in reversed(list(SIGNS.items()))}
_TONES: Mapping[str, str] = {chr(0x1F3FB + index): f"skin-tone-{index + 2}" for index in range(5)}
_TONE_SIGNS: Mapping[str, str] = {name: sign for sign, name in _TONES.items()}
_CODE = re.compile(r":([a-z0-9_+'-]{1,100}):")


def sign(name: str) -> str:
    """The sign that a name stands for; the name itself when it is not known."""
    base, _, tone = name.strip(":").partition("::")
    found = SIGNS.get(base)
    return found.replace(_BARE, "") + _TONE_SIGNS[tone] if found and tone in _TONE_SIGNS else found or base


def name(sign: str) -> str:
    """The name that Slack knows a sign by. What is no known sign is taken for a name."""
    bare = sign.strip(":").replace(_BARE, "")
    if bare[-1:] in _TONES and bare[:-1] in _NAMES:
        return f"{_NAMES[bare[:-1]]}::{_TONES[bare[-1]]}"
    return _NAMES.get(bare, bare)


def signs_in(text: str) -> str:
    """``text`` with its known ``:codes:`` replaced."""
    return _CODE.sub(lambda found: SIGNS.get(found[1], found[0]), text)
