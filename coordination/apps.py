"""Start-up of the ground."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoordinationConfig(AppConfig):
    """The ground: offers the inbox and the map to the navigation, and checks that every view names its action."""

    name = "coordination"
    verbose_name = _("Nền tảng phối hợp")

    def ready(self) -> None:
        """Register checks and the first words of navigation."""
        from coordination import checks, handovers, loop, navigation, papers, tasks  # noqa: F401  (registering is their purpose)
        from coordination.importing import actions as importing

        navigation.offer(10, _("Việc của tôi"), "coordination:home", "home.read")
        navigation.offer(90, _("Địa bàn"), "coordination:area", "area.read")
        loop.do_every(300, "expired papers", papers.sweep)
        navigation.offer(95, _("Nhập danh sách"), "coordination:register", "register.import")
        loop.do_every(3600, "lists that nobody confirmed", importing.forget)
        loop.do_every(600, "whole successions", handovers.whole_successions)
