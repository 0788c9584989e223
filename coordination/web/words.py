"""Instants and clocks in the words of a page: "14:42 hôm nay", "còn 3 giờ 20 phút"."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from coordination import clocks


def hour_words(instant: datetime) -> str:
    """The absolute hour, with the day in the words people use."""
    there, here = clocks.local(instant), clocks.local(clocks.now())
    days = {here.date(): _("hôm nay"), here.date() - timedelta(days=1): _("hôm qua"), here.date() + timedelta(days=1): _("ngày mai")}
    return f"{there:%H:%M} {days.get(there.date()) or _('ngày %(day)s') % {'day': f'{there:%d/%m/%Y}'}}"


def deadline(opened: datetime, due: datetime, note: Any = "") -> dict[str, Any]:
    """What components/deadline.html needs of a running clock."""
    now = clocks.now()
    return {"iso": due.isoformat(), "hour": hour_words(due), "left": clocks.time_left(due, now), "state": str(clocks.state(opened, due, now).value), "note": note}
