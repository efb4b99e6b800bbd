"""A Python bot written with mattermostautodriver: log in, team, channel, post, hear, come back by itself."""
import asyncio
import json
import os
import threading
import time
import unittest
import urllib.request
from urllib.parse import urlsplit

from mattermostautodriver import TypedDriver
from mattermostautodriver.exceptions import InvalidOrMissingParameters, NoAccessTokenProvided, NotEnoughPermissions

BASE = urlsplit(os.environ["KOLLEGIUM_BASE"])
CONTROL = os.environ["KOLLEGIUM_CONTROL"]
PASSWORD = "Secret-pass-1!"


def driver(**more):
    """A driver on the server under test; its socket comes back a second after it was lost."""
    return TypedDriver({"scheme": BASE.scheme, "url": BASE.hostname, "port": BASE.port, "keepalive": True, "keepalive_delay": 1,
                        "request_timeout": 20, **more})


def signed_in(username, **more):
    d = driver(login_id=username, password=PASSWORD, **more)
    d.login()
    return d


def until(check, what, seconds=20):
    end = time.monotonic() + seconds
    while not (value := check()):
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)
    return value


class Ear:
    """Hears events through the driver's own socket, on a thread of its own."""

    def __init__(self, bot):
        self.bot, self.events = bot, []
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        until(lambda: self.heard("hello"), "hello")

    def run(self):
        asyncio.set_event_loop(asyncio.new_event_loop())
        self.bot.init_websocket(self.keep)

    async def keep(self, message):
        self.events.append(json.loads(message))

    def heard(self, event):
        return [e for e in self.events if e.get("event") == event]

    def copies(self, post):
        """How often a post was heard."""
        return sum(json.loads(e["data"]["post"])["id"] == post["id"] for e in self.heard("posted"))


class Autodriver(unittest.TestCase):
    """One journey in the order of its steps; people, team and channel are made before the first."""

    @classmethod
    def setUpClass(cls):
        stranger = driver()
        for name in ("anna", "ben"):
            stranger.users.create_user(email=f"{name}@example.com", username=name, password=PASSWORD)
        cls.anna = signed_in("anna")
        cls.ben = signed_in("ben")
        cls.team = cls.anna.teams.create_team(name="staff", display_name="Staff room", type="O")
        cls.channel = cls.anna.channels.create_channel(team_id=cls.team["id"], name="planning", display_name="Planning", type="O")
        cls.anna.teams.add_team_member(cls.team["id"], user_id=cls.ben.client.userid)
        cls.anna.channels.add_channel_member(cls.channel["id"], user_id=cls.ben.client.userid)
        cls.ear = Ear(cls.ben)

    @classmethod
    def tearDownClass(cls):
        cls.ben.disconnect()

    def say(self, message):
        return self.anna.posts.create_post(self.channel["id"], message)

    def messages(self):
        answer = self.ben.posts.get_posts_for_channel(self.channel["id"])
        return [answer["posts"][i]["message"] for i in answer["order"]]

    def test_1_roles(self):
        self.assertIn("system_admin", self.anna.users.get_user("me")["roles"])
        self.assertEqual("system_user", self.ben.users.get_user("me")["roles"])
        self.assertEqual("OK", driver().system.get_ping()["status"])

    def test_2_refusals_are_the_exceptions_bots_catch(self):
        with self.assertRaises(NoAccessTokenProvided):
            driver().users.get_user("me")
        with self.assertRaises(NotEnoughPermissions):
            self.ben.posts.create_post("a" * 26, "into nowhere")
        with self.assertRaises(InvalidOrMissingParameters):
            driver().users.create_user(email="no address", username="carl", password=PASSWORD)

    def test_3_a_post_is_heard_and_read(self):
        post = self.say("hello @ben")
        until(lambda: self.ear.copies(post), "the post")
        event = next(e for e in self.ear.heard("posted") if json.loads(e["data"]["post"])["id"] == post["id"])
        self.assertEqual(self.channel["id"], event["broadcast"]["channel_id"])
        self.assertEqual("@anna", event["data"]["sender_name"])
        self.assertEqual([self.ben.client.userid], json.loads(event["data"]["mentions"]))
        self.assertEqual("hello @ben", self.messages()[0])

    def test_4_a_reply_stands_in_its_thread(self):
        root = self.say("who brings the cake?")
        reply = self.ben.posts.create_post(self.channel["id"], "me", root_id=root["id"])
        self.assertEqual({root["id"], reply["id"]}, set(self.anna.posts.get_post_thread(root["id"])["posts"]))

    def test_5_a_personal_token_is_as_good_as_a_log_in(self):
        token = self.anna.users.create_user_access_token(self.anna.client.userid, description="a bot")["token"]
        bot = driver(token=token)
        self.assertEqual("anna", bot.login()["username"])
        post = bot.posts.create_post(self.channel["id"], "by token")
        until(lambda: self.ear.copies(post), "the post")

    def test_6_the_bot_comes_back_after_restart_and_kill(self):
        for act in ("restart", "kill"):
            with self.subTest(act):
                before, hellos = self.messages(), len(self.ear.heard("hello"))
                with urllib.request.urlopen(urllib.request.Request(f"{CONTROL}/{act}", method="POST"), timeout=90) as answer:
                    self.assertEqual(200, answer.status)
                until(lambda: len(self.ear.heard("hello")) > hellos, "a new hello", 30)
                self.assertEqual(0, self.ear.heard("hello")[-1]["seq"])
                self.assertEqual(before, self.messages())
                post = self.say(f"after {act}")
                until(lambda: self.ear.copies(post), "the post")
                self.assertEqual([post["message"], *before], self.messages())
                time.sleep(0.3)
                self.assertEqual(1, self.ear.copies(post))

    def test_7_logging_out_ends_the_session(self):
        visitor = signed_in("ben")
        token = visitor.client.token
        visitor.logout()
        visitor.client.token = token
        with self.assertRaises(NoAccessTokenProvided):
            visitor.users.get_user("me")


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")                               # the driver never closes its HTTP clients
