"""Characters written for others that look alike, beyond what Unicode itself calls compatible.

Kangxi radicals (U+2F00–2FD5), full width, circled and styled letters are folded by NFKD; here is
only what it leaves. Every entry was chosen because a reader takes the left for the right: pages
write them so that a search for the words fails.
"""

from __future__ import annotations

from typing import Final

# Radicals Supplement (U+2E80–2EF3), by EquivalentUnifiedIdeograph.txt of the Unicode Character
# Database: those that are read as a whole character. Some also come from careless PDF extraction.
RADICALS: Final = dict(
    zip(
        "⺁⺇⺊⺌⺎⺐⺒⺓⺖⺗⺘⺙⺛⺜⺝⺠⺡⺣⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺶⺷⺹⺻⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲",
        "厂几卜小兀尢巳幺心心手攴无日月民水火牛犬王疋目示示竹糸纟羊羊老聿臼艹艹艹虎衤西西见角角讠贝足车辶辶辶阝钅长长长门阝雨青韦页风飞食食饣首马骨鬼鱼鸟卤麦黄黾齐齐齿齿竜龙龜龟",
        strict=True,
    )
)

# Greek and Cyrillic letters that look like a Latin one, after case folding: both cases go to one
# letter, so that text that really is Greek or Russian still folds to itself consistently. Small ω
# for w, ν for v and ο for o are seen in site names inside stories («www» as «ωωω»).
LETTERS: Final = dict(
    zip(
        "αβεζικνορτυχωавекмнорстухіјѕԁһԛԝґıɑɡɩ",
        "abezikvoptuxwabekmhopctyxijsdhqwriagi",
        strict=True,
    )
)

# Capitals whose look is not that of their small letter; taken before case folding.
CAPITALS: Final = dict(zip("ΗΜΝΥ", "hmny", strict=True))

# Katakana and Bopomofo with the very strokes of a Han character.
STROKES: Final = dict(zip("ニカロエタトハㄖㄚ", "二力口工夕卜八日丫", strict=True))
