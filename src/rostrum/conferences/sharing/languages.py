"""The languages of generated links, and the two sentences that stand in a calendar entry."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Lang = Literal[
    "en", "ru", "de", "es", "fa", "fr", "it", "ja", "cs", "pl", "pt", "ko", "uk", "vi", "zh", "zht", "tr", "he"
]


class Words(Struct, frozen=True):
    """What a calendar entry says."""

    title: str
    """Goes before the topic."""
    invitation: str
    """Goes before the address."""


WORDS: dict[str, Words] = {
    "en": Words("Video conference", "Open this link at the given time to join:"),
    "ru": Words("Видеоконференция", "Чтобы присоединиться, откройте эту ссылку в указанное время:"),
    "de": Words("Videokonferenz", "Öffnen Sie zur angegebenen Zeit diesen Link, um teilzunehmen:"),
    "es": Words("Videoconferencia", "Abra este enlace a la hora indicada para participar:"),
    "fa": Words("کنفرانس ویدیویی", "برای پیوستن، این پیوند را در زمان تعیین‌شده باز کنید:"),
    "fr": Words("Visioconférence", "Ouvrez ce lien à l’heure indiquée pour participer :"),
    "it": Words("Videoconferenza", "Per partecipare, apra questo link all’ora indicata:"),
    "ja": Words("ビデオ会議", "参加するには、指定の時刻に次のリンクを開いてください:"),
    "cs": Words("Videokonference", "Pro připojení otevřete v uvedený čas tento odkaz:"),
    "pl": Words("Wideokonferencja", "Aby dołączyć, otwórz ten link o podanej godzinie:"),
    "pt": Words("Videoconferência", "Para participar, abra este link na hora indicada:"),
    "ko": Words("화상 회의", "참가하려면 정해진 시간에 다음 링크를 여세요:"),
    "uk": Words("Відеоконференція", "Щоб приєднатися, відкрийте це посилання у вказаний час:"),
    "vi": Words("Hội nghị truyền hình", "Để tham gia, hãy mở liên kết này vào giờ đã hẹn:"),
    "zh": Words("视频会议", "请在指定时间打开以下链接加入会议："),
    "zht": Words("視訊會議", "請在指定時間開啟以下連結加入會議："),
    "tr": Words("Video konferans", "Katılmak için bu bağlantıyı belirtilen saatte açın:"),
    "he": Words("ועידת וידאו", "כדי להצטרף, פתחו את הקישור הזה במועד שנקבע:"),
}
