"""The names Slack gives to the emoji that people use most; clients type them for the pictures."""

from __future__ import annotations

from tests.wire.slack.mrkdwn import INVISIBLE

_TABLE = """
👍 +1  👎 -1  👏 clap  🙌 raised_hands  🙏 pray  💪 muscle  👋 wave  👀 eyes  🤝 handshake  ✋ hand  ✌ v
👌 ok_hand  🤞 crossed_fingers  ☝ point_up  👆 point_up_2  👇 point_down  👈 point_left  👉 point_right
✊ fist  🤘 the_horns  🫶 heart_hands  😀 grinning  😃 smiley  😄 smile  😁 grin  😂 joy
🤣 rolling_on_the_floor_laughing  😊 blush  🙂 slightly_smiling_face  😉 wink  😍 heart_eyes
😎 sunglasses  🤔 thinking_face  😅 sweat_smile  😢 cry  😭 sob  😡 rage  😱 scream  😴 sleeping
🤯 exploding_head  🥳 partying_face  😇 innocent  🙃 upside_down_face  😐 neutral_face  😕 confused
🙁 slightly_frowning_face  😬 grimacing  🤗 hugging_face  🫡 saluting_face  🤖 robot_face  ❤ heart
🧡 orange_heart  💛 yellow_heart  💚 green_heart  💙 blue_heart  💜 purple_heart  💔 broken_heart  💯 100
🔥 fire  ✨ sparkles  ⭐ star  🌟 star2  🎉 tada  🎊 confetti_ball  🎁 gift  🏆 trophy  🥇 first_place_medal
🥈 second_place_medal  🥉 third_place_medal  🎂 birthday  🚀 rocket  💡 bulb  📌 pushpin  📎 paperclip
📣 mega  📢 loudspeaker  🔔 bell  🔕 no_bell  ⏰ alarm_clock  ⏳ hourglass_flowing_sand  📅 date
📆 calendar  📝 memo  📰 newspaper  📊 bar_chart  📈 chart_with_upwards_trend  ✅ white_check_mark
☑ ballot_box_with_check  ✔ heavy_check_mark  ❌ x  ❎ negative_squared_cross_mark  ⚠ warning
🚨 rotating_light  🛑 octagonal_sign  ⛔ no_entry  🚫 no_entry_sign  ❓ question  ❔ grey_question
❗ exclamation  ➕ heavy_plus_sign  ➖ heavy_minus_sign  🔒 lock  🔓 unlock  🔴 red_circle
🟠 large_orange_circle  🟡 large_yellow_circle  🟢 large_green_circle  🔵 large_blue_circle
🟣 large_purple_circle  ⚪ white_circle  ⚫ black_circle  🌍 earth_africa  🌱 seedling  🌸 cherry_blossom
☀ sunny  ☕ coffee  🍕 pizza  🍿 popcorn  🎯 dart  🎮 video_game  🎵 musical_note  🎨 art  📷 camera
🐍 snake  🐛 bug  🐱 cat  🐶 dog  1⃣ one  2⃣ two  3⃣ three  4⃣ four  5⃣ five  6⃣ six  7⃣ seven  8⃣ eight
9⃣ nine  🔟 keycap_ten  🅰 a  🅱 b  🔁 repeat  🔎 mag_right  🔍 mag  🙋 raising_hand  🤷 shrug  🤦 face_palm
🏳 waving_white_flag  🏁 checkered_flag  ⬆ arrow_up  ⬇ arrow_down  ➡ arrow_right  ⬅ arrow_left  🆘 sos
💬 speech_balloon  🗳 ballot_box_with_ballot
""".split()
NAMES = dict(zip(_TABLE[::2], _TABLE[1::2], strict=True))
PICTURES = {name: picture for picture, name in NAMES.items()} | {"thumbsup": "👍", "thumbsdown": "👎"}


def name_of(emoji: str) -> str | None:
    """The name of a picture, or of a name with or without colons. ``None`` when it is not known here."""
    bare = INVISIBLE.sub("", emoji).replace("\ufe0f", "")
    if bare.isascii():
        return bare.strip(":") or None
    return NAMES.get(bare)


def picture(name: str) -> str:
    """The picture of a name, or the name."""
    return PICTURES.get(name, name)
