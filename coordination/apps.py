"""Start-up of the ground."""

from django.apps import AppConfig
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CoordinationConfig(AppConfig):
    """The ground: offers the inbox and the map to the navigation, and checks that every view names its action."""

    name = "coordination"
    verbose_name = _("Nền tảng phối hợp")

    def ready(self) -> None:
        """Register checks and the first words of navigation."""
        from coordination import checks, demo, demo_accounts, loop, tasks  # noqa: F401  (registering is their purpose)
        from coordination.door import sessions  # noqa: F401  (registering is their purpose)
        from coordination.paper import handover_papers, papers  # noqa: F401  (registering is their purpose)
        from coordination.people import postings  # noqa: F401  (registering is their purpose)
        from coordination.territory import handovers  # noqa: F401  (registering is their purpose)
        from coordination.web import navigation  # noqa: F401  (registering is their purpose)
        from coordination.models import Appointment, Handover, Paper, StaffHandover
        from coordination.trail import gaps
        from coordination.importing import actions as importing
        from coordination.keeping import offering

        of_handovers = {"name": handover_papers.name_of, "ready": lambda handover: True}
        papers.offer("bien-ban-ban-giao", _("Biên bản bàn giao"), model=Handover, act="handover.print", fill=handover_papers.of_territory, **of_handovers)
        papers.offer("bien-ban-giao-viec", _("Biên bản bàn giao"), model=StaffHandover, act="staff_handover.print", fill=handover_papers.of_post, **of_handovers)
        offering.offer()
        navigation.offer(10, _("Việc của tôi"), "coordination:home", "home.read")
        navigation.offer(90, _("Địa bàn"), "coordination:area", "area.read")
        loop.do_every(300, "expired papers", papers.sweep)
        loop.do_every(3600, "sessions that have run out", sessions.sweep)
        gaps.expect(Paper, "order")
        gaps.expect(Appointment, "end_appointment", "hand_back", rows=Q(pk__in=[]), named="appointment")
        navigation.offer(94, _("Tài khoản"), "coordination:accounts", "account.list")
        loop.do_every(30, "ended appointments", postings.hand_back_all)
        loop.do_every(3600, "idle accounts", postings.watch_idle)
        demo.offer(12, demo_accounts.load)
        navigation.offer(95, _("Nhập danh sách"), "coordination:register", "register.import")
        navigation.offer_rare("unit", _("Bàn giao công việc"), "coordination:staff_handovers", "staff_handover.list")
        navigation.offer_rare("unit", _("Bàn giao địa bàn"), "coordination:handovers", "handover.list")
        navigation.offer_rare("unit", _("Đề nghị về tài khoản"), "coordination:account_requests", "account_request.list")
        navigation.offer_rare("unit", _("Nhập danh sách"), "coordination:register", "register.import")
        navigation.offer_rare("data", _("Ai được làm gì"), "coordination:who_may", "policy.read")
        navigation.offer_rare("data", _("Dữ liệu của ai, giữ bao lâu"), "coordination:keeping", "keeping.read")
        navigation.offer_rare("data", _("Việc tôi đã làm"), "coordination:own_trail", "trail.own")
        navigation.offer_rare("data", _("Nhật ký"), "coordination:trail", "trail.read")
        loop.do_every(3600, "lists that nobody confirmed", importing.forget)
        loop.do_every(600, "whole successions", handovers.whole_successions)
