"""Where carriers and mail servers pass on what people wrote back."""

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Request, post

from services.kernel.http.problems import NotFound
from services.kernel.http.webhooks import ID, is_signed
from services.rapid_assessment.ask.carried import PATH, CarriedReply
from services.rapid_assessment.ask.replies import Replies


class RepliesDoor:
    """Knows carriers by what they sign with. Without a secret for a kind of channel there is no door."""

    def __init__(self, secrets: Mapping[str, bytes]) -> None:
        self._secrets = secrets

    async def message(self, carried: CarriedReply, request: Request[Any, Any, Any]) -> str:
        """The message's own id. Raises `NotFound` for what the carrier of the channel did not sign."""
        secret = self._secrets.get(carried.channel)
        if secret is None or not is_signed(secret, request.headers, await request.body()):
            raise NotFound
        return request.headers[ID]


class RepliesController(Controller):
    """For the carriers that the operator set up, each with a secret; as if it were not there for anybody else."""

    path = PATH
    tags = ["Teams"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "pass_on_reply"}, status_code=204)
    async def take(
        self, data: CarriedReply, replies: Replies, replies_door: RepliesDoor, request: Request[Any, Any, Any]
    ) -> None:
        """One message, signed after Standard Webhooks. The answer is the same whatever became of it."""
        await replies.take(data, await replies_door.message(data, request))
