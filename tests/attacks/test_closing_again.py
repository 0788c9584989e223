"""Đóng lại closes everything that was opened of a case, its files too."""

from coordination import clocks
from incidents import attachments
from tests.incidents.test_attachments import case, photo, without_scanner  # noqa: F401 (fixtures)
from tests.world import NOW, World

END = {"__end": "1"}


def test_closing_a_case_again_closes_its_files(world: World, photo: attachments.Attachment) -> None:  # noqa: F811
    with world.acting("officer") as officer:
        attachments.open_file(photo, by=officer, purpose="case")
    with clocks.set_to(NOW):
        client = world.client("officer")
        assert client.get(f"/tep/{photo.uid}/").status_code == 200
        assert client.post(f"/vu-viec/{photo.incident.code}/dong-lai/", END).status_code == 302
        assert client.get(f"/tep/{photo.uid}/").status_code == 302, "a purpose is asked again"
