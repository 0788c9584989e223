"""Start-up of the incidents app: what it offers to the ground and to the apps on its right."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    """Vụ việc: from the principal's form to the police result."""

    name = "incidents"
    verbose_name = _("Vụ việc")

    def ready(self) -> None:
        """Offer navigation, open referrals for agendas, figures for returns and reports."""
        from coordination import navigation, openwork
        from incidents import figures, openings

        navigation.offer(20, _("Vụ việc"), "incidents:list", "incident.list")
        navigation.offer(20, _("Vụ việc chuyển đến"), "incidents:queue", "referral.list")
        openwork.offer_agenda("referrals", openings.open_referrals)
        openwork.offer_figures("incidents", figures.by_kind)
