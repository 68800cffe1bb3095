"""Sends what the alerts' run intends, beside the sources: a slow or dead service delays nobody but its own target."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from socialhub.alerts.messenger import Delivery, Parcel, deliver
from socialhub.alerts.sending import Outgoing, due_now, note_delivery, prepare
from socialhub.clock import Clock
from socialhub.collector.store_thread import StoreThread
from socialhub.config import Config, resolve_secret
from socialhub.config.notify import notifying_of
from socialhub.errors import Reason, SourceError
from socialhub.store import notifications
from socialhub.store.connection import CacheError, Writer

LOOK_EVERY: Final = 1.0
"""Real seconds between two looks at what is due."""
SECRET_SECONDS: Final = 20.0
"""Real seconds that a keyring has to answer with an address; the message is tried again later."""
PARTING: Final = 0.4
"""Real seconds that what is in flight has at the end; what is not through is sent again, in doubt."""

log = logging.getLogger(__name__)


class Sender:
    """Sends what is due. `tend` goes on until cancelled."""

    def __init__(self, config: Config, writer: Writer, store: StoreThread, clock: Clock) -> None:
        self._config, self._writer, self._store, self._clock = config, writer, store, clock
        self._notifying = notifying_of(config)
        self._flights: set[asyncio.Task[None]] = set()

    async def tend(self) -> None:
        """Send, and send again, whatever is due; what the collector before this one had in flight first."""
        if again := await self._store.run(self._take_up_again):
            log.warning("%d messages were in flight when the collector ended: they are sent again", again)
        try:
            while True:
                try:
                    await self._look()
                except CacheError as error:
                    # What is in flight must not be cut off for that: it would be sent twice.
                    log.error("%s", error.message)
                await asyncio.sleep(LOOK_EVERY)
        finally:
            await self._part()

    async def send_once(self) -> None:
        """Send everything that may leave now, once each."""
        await self._store.run(self._take_up_again)
        while await self._look():
            await asyncio.gather(*self._flights)

    async def _look(self) -> int:
        """Begin to send what may leave now; returns how many messages that is."""
        outgoing = await self._store.run(self._prepare)
        for each in outgoing:
            flight = asyncio.create_task(self._send(each), name=f"message {each.message.id}")
            self._flights.add(flight)
            flight.add_done_callback(self._landed)
        return len(outgoing)

    def _landed(self, flight: asyncio.Task[None]) -> None:
        self._flights.discard(flight)
        if not flight.cancelled() and (error := flight.exception()) is not None:
            log.error("%s: an error in socialhub itself", flight.get_name(), exc_info=error)

    async def _part(self) -> None:
        if self._flights:
            _done, left = await asyncio.wait(set(self._flights), timeout=PARTING)
            for flight in left:
                flight.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def _send(self, outgoing: Outgoing) -> None:
        message = outgoing.message
        delivery = await self._deliver(outgoing)
        await self._write_down(outgoing, delivery)
        if delivery.reason is None:
            log.info("message %d to %s was sent", message.id, outgoing.target.name)
        else:
            log.warning("message %d to %s: %s", message.id, outgoing.target.name, delivery.reason.sentence())

    async def _write_down(self, outgoing: Outgoing, delivery: Delivery) -> None:
        """What came of a try, whatever it takes: who is not known to have been told would never be told again."""
        while True:
            try:
                return await self._store.run(self._note, outgoing, delivery)
            except CacheError as error:
                log.error("message %d: %s", outgoing.message.id, error.message)
                await asyncio.sleep(LOOK_EVERY)

    async def _deliver(self, outgoing: Outgoing) -> Delivery:
        message, hub = outgoing.message, self._config.hub
        try:
            # A keyring that is locked asks somebody who may not be there.
            async with asyncio.timeout(SECRET_SECONDS):
                url = await asyncio.to_thread(resolve_secret, outgoing.target.url)
            proxy = hub.proxy_address()
        except SourceError as error:
            return Delivery(error.reason, refused=True)
        except TimeoutError:
            return Delivery(Reason("secret-missing", {"name": outgoing.target.url}), refused=True)
        parcel = Parcel(
            url=url,
            secret=outgoing.target.url,
            title=message.title,
            body=outgoing.body,
            message_id=message.message_id,
            thread=outgoing.thread,
            repeated=message.doubt,
            ca_file=hub.ca_file,
        )
        return await deliver(parcel, proxy=proxy)

    # ---- on the store's thread ----

    def _take_up_again(self) -> int:
        with self._writer.transaction(durable=True) as db:
            return notifications.take_up_again(db, self._clock.now())

    def _prepare(self) -> list[Outgoing]:
        """What leaves, durably written down as being sent; most looks find nothing and write nothing."""
        now = self._clock.now()
        if not due_now(self._writer.db, now, self._notifying):
            return []
        with self._writer.transaction(durable=True) as db:
            return prepare(db, now, self._notifying)

    def _note(self, outgoing: Outgoing, delivery: Delivery) -> None:
        with self._writer.transaction(durable=True) as db:
            note_delivery(db, outgoing.message, delivery, self._clock.now())
