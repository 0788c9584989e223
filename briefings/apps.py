"""Start-up of the briefings app: its word of navigation, its lines on a case's page, its sample data."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BriefingsConfig(AppConfig):
    """Giao ban: where the bodies of a ward meet."""

    name = "briefings"
    verbose_name = _("Giao ban")

    def ready(self) -> None:
        """Offer navigation, the words of the duty, conclusions about a case, and one past briefing for the sample ward."""
        from briefings import case_lines, keeping_apart, masks, papers
        from briefings import demo as samples
        from briefings.models import Briefing, Conclusion
        from coordination import demo, duties, openwork
        from coordination.sealed import masking
        from coordination.web import navigation
        from coordination.paper.papers import offer
        from coordination.trail import gaps

        navigation.offer(40, _("Giao ban"), "briefings:list", "briefing.list")
        duties.name("conclusion", _("Thực hiện kết luận giao ban"), "briefings:conclusion", "briefing.read")
        openwork.offer_case_lines("conclusions", case_lines.conclusions_about)
        openwork.offer_keeping_apart("briefings", keeping_apart.let_go)
        masking.offer(Briefing, masks.of_briefing)
        masking.offer(Conclusion, masks.of_conclusion)
        demo.offer(30, samples.load)
        gaps.expect(Briefing, "plan")
        gaps.expect(Conclusion, "conclude")
        offer("bien-ban-giao-ban", _("Biên bản giao ban"), model=Briefing, act="briefing.print", fill=papers.minutes, name=papers.name_of, ready=papers.has_ended)
