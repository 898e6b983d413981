"""The language of a text, or none rather than a wrong one."""

from __future__ import annotations

import pytest

from streams.intake.language import detect, normalised


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The mayor said on Tuesday that the bridge over the river would stay closed.", "en"),
        ("Der Bürgermeister sagte am Dienstag, die Brücke über den Fluss bleibe gesperrt.", "de"),
        ("Le maire a déclaré mardi que le pont sur la rivière resterait fermé.", "fr"),
        ("El alcalde dijo el martes que el puente sobre el río seguirá cerrado.", "es"),
        ("O prefeito disse na terça-feira que a ponte sobre o rio continuará fechada.", "pt"),
        ("Мэр сообщил во вторник, что мост через реку останется закрытым.", "ru"),
        ("قال رئيس البلدية يوم الثلاثاء إن الجسر فوق النهر سيبقى مغلقا.", "ar"),
        ("市長は火曜日、川にかかる橋は引き続き閉鎖されると述べた。", "ja"),
        ("市长星期二表示，河上的桥梁将继续关闭。", "zh"),
        ("THE MAYOR SAID ON TUESDAY THAT THE BRIDGE OVER THE RIVER WOULD STAY CLOSED.", "en"),
    ],
)
def test_detected(text: str, language: str) -> None:
    assert detect("", text) == language
    assert detect("", text, "sw") == language


@pytest.mark.parametrize(
    "text", ["", "Kabul", "Hello", "12345 678", "word " * 1000, "!!! ???", "OK OK OK OK OK OK"]
)
def test_what_cannot_be_told_is_undetermined_or_what_the_provider_says(text: str) -> None:
    assert detect("", text) == "und"
    assert detect("", text, "fr-CA") == "fr"


def test_close_languages_are_told_apart_by_the_provider() -> None:
    text = "Predsjednik je rekao da će most preko rijeke ostati zatvoren još tjedan dana."
    assert {detect("", text, code) for code in ("hr", "bs", "sr")} == {"hr", "bs", "sr"}


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("en-US", "en"),
        ("EN", "en"),
        ("eng", "en"),
        ("nb", "no"),
        ("pt_BR", "pt"),
        ("iw", "he"),
        ("xx", "und"),
        ("", "und"),
        ("../../etc", "und"),
        ("english", "und"),
    ],
)
def test_a_shard_is_made_of_iso_639_1_codes_only(code: str, wanted: str) -> None:
    assert normalised(code) == wanted
