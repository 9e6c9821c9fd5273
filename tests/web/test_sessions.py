"""The session's cookie: one name for one installation, whatever else runs on the same host."""

from app.web.sessions import cookie_name


def test_two_installations_on_one_host_do_not_share_a_cookie() -> None:
    names = {
        cookie_name(key * 8, production=production)
        for key in ("abcd", "efgh")
        for production in (False, True)
    }
    assert len(names) == 4
    assert {name.removeprefix("__Host-")[:8] for name in names} == {"session-"}
    assert cookie_name("abcd" * 8, production=False) == cookie_name("abcd" * 8, production=False)
    assert all("abcd" not in name for name in names)
