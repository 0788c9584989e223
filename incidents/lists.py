"""Filters of the case list: a small form on the address, and what it means as a query."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.folding import fold
from incidents.models import Severity
from incidents.workflow import IncidentStatus

SORT_OF_CASE = {
    "open": Q(status=IncidentStatus.SUBMITTED),
    "draft": Q(status=IncidentStatus.DRAFT),
    "closed": Q(status=IncidentStatus.CLOSED),
    "ended": Q(status__in=(IncidentStatus.WITHDRAWN, IncidentStatus.MERGED)),
}


class CaseFilterForm(forms.Form):
    """What the list can be narrowed by; rendered from the address, never validated into a query by itself."""

    q = forms.CharField(label=_("Mã vụ việc hoặc tên trường"), required=False)
    status = forms.ChoiceField(label=_("Tình trạng"), required=False, choices=[("", _("Tất cả")), ("open", _("Đang giải quyết")), ("draft", _("Bản nháp")), ("closed", _("Đã kết thúc")), ("ended", _("Đã rút, đã nhập"))])
    severity = forms.ChoiceField(label=_("Mức độ"), required=False, choices=[("", _("Tất cả")), *Severity.choices])
    kind = forms.ChoiceField(label=_("Loại vụ việc"), required=False)

    def __init__(self, *args: Any, kinds: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("Tất cả")), *((kind.code, kind.words) for kind in kinds.filter(restricted=False))]


def filter_form(asked: dict[str, Any], kinds: Any) -> CaseFilterForm:
    """The form as the address has it, once read."""
    return CaseFilterForm(initial={name: asked[name] for name in ("q", "status", "severity", "kind")}, kinds=kinds)


def filtered(rows: Any, asked: dict[str, Any]) -> Any:
    """Cases narrowed by the address. A restricted case is never found by its kind: that would tell what it is."""
    if asked["status"]:
        rows = rows.filter(SORT_OF_CASE[asked["status"]])
    if asked["severity"]:
        rows = rows.filter(severity=asked["severity"])
    if asked["kind"]:
        rows = rows.filter(kind__code=asked["kind"], restricted=False)
    if asked["q"]:
        rows = rows.filter(Q(spoken_code__icontains=asked["q"]) | Q(school__folded__contains=fold(asked["q"])))
    return rows
