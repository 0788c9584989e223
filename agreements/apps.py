"""Start-up of the agreements app: its word of navigation, the duty before a term ends, its sample data."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgreementsConfig(AppConfig):
    """Quy chế, kế hoạch phối hợp: what the bodies promised each other."""

    name = "agreements"
    verbose_name = _("Quy chế, kế hoạch phối hợp")

    def ready(self) -> None:
        """Offer navigation, the words of the duty, the chore that opens it, and the sample agreements."""
        from agreements import demo as samples
        from agreements import changing_hands, reminders
        from agreements.models import Agreement
        from coordination import demo, duties, loop
        from coordination.people import staff_handovers
        from coordination.web import navigation
        from coordination.trail import gaps

        navigation.offer(95, _("Quy chế, kế hoạch"), "agreements:list", "agreement.list")
        navigation.offer_rare("unit", _("Quy chế, kế hoạch phối hợp"), "agreements:list", "agreement.list")
        duties.name("renew_agreement", _("Ký lại, thay thế hoặc chấm dứt văn bản sắp hết hạn"), "agreements:detail", "agreement.read")
        loop.do_every(3600, "agreements that end soon", reminders.remind)
        demo.offer(10, samples.load)
        gaps.expect(Agreement, "draft")
        staff_handovers.offer(10, "agreements", changing_hands.change_hands)
