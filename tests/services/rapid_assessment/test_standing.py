"""Whether deadlines are kept and notices brought is told to whoever is signed in, and nothing besides."""

from tests.services.rapid_assessment.house import LAW_ENFORCEMENT, House


async def test_whoever_is_signed_in_is_told_what_stalls_and_a_stranger_is_not(house: House) -> None:
    answer = await house.service.get("/standing", by=LAW_ENFORCEMENT)
    nothing = {"timers_late": False, "notices_lost": False, "next_try": None, "given_up": False}
    assert (answer.status_code, answer.json()) == (200, nothing)
    assert (await house.service.http.get("/standing")).status_code == 401
