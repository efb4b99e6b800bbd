// Package compat drives Kollegium with Mattermost's own Go client, as bots and bridges do.
package compat

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/mattermost/mattermost/server/public/model"
)

const password = "Secret-pass-1!"

// person is somebody with a client of their own.
type person struct {
	*model.Client4
	me *model.User
}

func env(t *testing.T, name string) string {
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("%s is not set: these tests are started by compat-tests/run.py", name)
	}
	return value
}

// must fails the test on an error of the official client; what it gives is passed on.
func must[T any](t *testing.T) func(T, *model.Response, error) T {
	return func(value T, _ *model.Response, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// refused fails the test unless an error has this status and id.
func refused(t *testing.T, err error, status int, id string) {
	t.Helper()
	var said *model.AppError
	if !errors.As(err, &said) {
		t.Fatalf("want a refusal with %s, got %v", id, err)
	}
	if said.StatusCode != status || said.Id != id {
		t.Fatalf("refused with %d %s, want %d %s", said.StatusCode, said.Id, status, id)
	}
}

func signUp(t *testing.T, ctx context.Context, name string) *person {
	t.Helper()
	client := model.NewAPIv4Client(env(t, "KOLLEGIUM_BASE"))
	user := &model.User{Username: name, Email: name + "@example.com", Password: password}
	must[*model.User](t)(client.CreateUser(ctx, user))
	return &person{client, must[*model.User](t)(client.Login(ctx, name, password))}
}

// ear hears events through the official WebSocketClient, and remembers where it was for the next one.
type ear struct {
	*model.WebSocketClient
	connection string
	next       int64
	heard      []*model.WebSocketEvent
}

func (p *person) listen(t *testing.T, before *ear) *ear {
	t.Helper()
	url := strings.Replace(p.URL, "http", "ws", 1)
	e := &ear{}
	var err error
	if before == nil {
		e.WebSocketClient, err = model.NewWebSocketClient4(url, p.AuthToken)
	} else {
		e.connection, e.next = before.connection, before.next
		e.WebSocketClient, err = model.NewReliableWebSocketClientWithDialer(
			websocket.DefaultDialer, url, p.AuthToken, before.connection, int(before.next), true)
	}
	if err != nil {
		t.Fatal(err)
	}
	e.Listen()
	return e
}

// until reads events up to the first that fits.
func (e *ear) until(t *testing.T, what string, fits func(*model.WebSocketEvent) bool) *model.WebSocketEvent {
	t.Helper()
	deadline := time.After(15 * time.Second)
	for {
		select {
		case event, open := <-e.EventChannel:
			if !open {
				t.Fatalf("the socket closed before %s: %v", what, e.ListenError)
			}
			if event.EventType() == model.WebsocketEventHello {
				e.connection, e.next = event.GetData()["connection_id"].(string), 0
			}
			if event.GetSequence() != e.next {
				t.Fatalf("event %d, expected %d", event.GetSequence(), e.next)
			}
			e.next++
			e.heard = append(e.heard, event)
			if fits(event) {
				return event
			}
		case <-deadline:
			t.Fatalf("not within 15 s: %s", what)
		}
	}
}

func (e *ear) hello(t *testing.T) {
	t.Helper()
	e.until(t, "hello", func(event *model.WebSocketEvent) bool { return event.EventType() == model.WebsocketEventHello })
}

// post waits for the `posted` event of a post.
func (e *ear) post(t *testing.T, want *model.Post) *model.WebSocketEvent {
	t.Helper()
	return e.until(t, "posted "+want.Message, func(event *model.WebSocketEvent) bool {
		post := posted(event)
		return post != nil && post.Id == want.Id
	})
}

// reply waits for the answer to an action.
func (e *ear) reply(t *testing.T) *model.WebSocketResponse {
	t.Helper()
	select {
	case answer := <-e.ResponseChannel:
		return answer
	case <-time.After(15 * time.Second):
		t.Fatal("no reply")
		return nil
	}
}

// messages are those of the posts heard, every copy that came.
func (e *ear) messages() []string {
	var all []string
	for _, event := range e.heard {
		if post := posted(event); post != nil {
			all = append(all, post.Message)
		}
	}
	return all
}

func posted(event *model.WebSocketEvent) *model.Post {
	if event.EventType() != model.WebsocketEventPosted {
		return nil
	}
	var post model.Post
	if json.Unmarshal([]byte(event.GetData()["post"].(string)), &post) != nil {
		return nil
	}
	return &post
}

// control restarts the server; act is restart (SIGTERM) or kill (SIGKILL).
func control(t *testing.T, act string) {
	t.Helper()
	client := http.Client{Timeout: 90 * time.Second}
	answer, err := client.Post(env(t, "KOLLEGIUM_CONTROL")+"/"+act, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", act, answer.Status)
	}
}

func TestJourney(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	var anna, ben *person
	var team *model.Team
	var channel *model.Channel
	var ears *ear
	say := func(t *testing.T, who *person, message string) *model.Post {
		t.Helper()
		return must[*model.Post](t)(who.CreatePost(ctx, &model.Post{ChannelId: channel.Id, Message: message}))
	}
	page := func(t *testing.T) []string {
		t.Helper()
		list := must[*model.PostList](t)(ben.GetPostsForChannel(ctx, channel.Id, 0, 100, "", false, false))
		var all []string
		for _, id := range list.Order {
			all = append(all, list.Posts[id].Message)
		}
		return all
	}
	// A step that fails leaves nothing for the next to stand on.
	step := func(name string, act func(*testing.T)) {
		if !t.Run(name, act) {
			t.FailNow()
		}
	}

	step("the server answers a stranger", func(t *testing.T) {
		stranger := model.NewAPIv4Client(env(t, "KOLLEGIUM_BASE"))
		if status := must[string](t)(stranger.GetPing(ctx)); status != model.StatusOk {
			t.Fatalf("ping: %s", status)
		}
		_, _, err := stranger.GetMe(ctx, "")
		refused(t, err, http.StatusUnauthorized, "api.context.session_expired.app_error")
	})

	step("the first to sign up is system admin", func(t *testing.T) {
		anna, ben = signUp(t, ctx, "anna"), signUp(t, ctx, "ben")
		if !anna.me.IsInRole(model.SystemAdminRoleId) || ben.me.IsInRole(model.SystemAdminRoleId) {
			t.Fatalf("roles: anna %q, ben %q", anna.me.Roles, ben.me.Roles)
		}
		_, _, err := model.NewAPIv4Client(anna.URL).Login(ctx, "anna", "Wrong-pass-1!")
		refused(t, err, http.StatusUnauthorized, "api.user.login.invalid_credentials_email_username")
	})

	step("a team and a channel, and a second person in them", func(t *testing.T) {
		team = must[*model.Team](t)(anna.CreateTeam(ctx, &model.Team{Name: "staff", DisplayName: "Staff room", Type: model.TeamOpen}))
		must[*model.Channel](t)(anna.GetChannelByName(ctx, model.DefaultChannelName, team.Id, ""))
		channel = must[*model.Channel](t)(anna.CreateChannel(ctx, &model.Channel{
			TeamId: team.Id, Name: "planning", DisplayName: "Planning", Type: model.ChannelTypeOpen}))
		must[*model.TeamMember](t)(anna.AddTeamMember(ctx, team.Id, ben.me.Id))
		must[*model.ChannelMember](t)(anna.AddChannelMember(ctx, channel.Id, ben.me.Id))
		teams := must[[]*model.Team](t)(ben.GetTeamsForUser(ctx, ben.me.Id, ""))
		if len(teams) != 1 || teams[0].Id != team.Id {
			t.Fatalf("ben's teams: %v", teams)
		}
	})

	step("a post is heard and read", func(t *testing.T) {
		ears = ben.listen(t, nil)
		ears.hello(t)
		if answer := ears.reply(t); answer.Status != model.StatusOk || answer.SeqReply != 1 {
			t.Fatalf("challenge: %+v", answer)
		}
		post := say(t, anna, "good morning @ben")
		event := ears.post(t, post)
		if event.GetBroadcast().ChannelId != channel.Id {
			t.Fatalf("broadcast: %+v", event.GetBroadcast())
		}
		var mentions []string
		if err := json.Unmarshal([]byte(event.GetData()["mentions"].(string)), &mentions); err != nil || !slices.Equal(mentions, []string{ben.me.Id}) {
			t.Fatalf("mentions: %v %v", mentions, err)
		}
		if all := page(t); all[0] != post.Message {
			t.Fatalf("the channel reads %q", all)
		}
	})

	step("typing is told, statuses are answered", func(t *testing.T) {
		hers := anna.listen(t, nil)
		defer hers.Close()
		hers.hello(t)
		hers.reply(t)
		hers.UserTyping(channel.Id, "")
		if answer := hers.reply(t); answer.Status != model.StatusOk {
			t.Fatalf("typing: %+v", answer)
		}
		event := ears.until(t, "typing", func(e *model.WebSocketEvent) bool { return e.EventType() == model.WebsocketEventTyping })
		if event.GetData()["user_id"] != anna.me.Id {
			t.Fatalf("typing: %v", event.GetData())
		}
		hers.GetStatusesByIds([]string{ben.me.Id})
		if answer := hers.reply(t); answer.Data[ben.me.Id] != model.StatusOnline {
			t.Fatalf("statuses: %+v", answer)
		}
	})

	step("a closed socket resumes where it was", func(t *testing.T) {
		connection := ears.connection
		ears.Close()
		var want []string
		for _, message := range []string{"one", "two", "three"} {
			want = append(want, say(t, anna, message).Message)
		}
		ears = ben.listen(t, ears)
		last := say(t, anna, "four")
		ears.post(t, last)
		if got := ears.messages(); !slices.Equal(got, append(want, last.Message)) {
			t.Fatalf("heard %q", got)
		}
		if ears.connection != connection {
			t.Fatal("a new connection instead of the old one")
		}
	})

	for _, act := range []string{"restart", "kill"} {
		step("after "+act+" all is there, and new things are heard", func(t *testing.T) {
			before := page(t)
			control(t, act)
			if after := page(t); !slices.Equal(before, after) {
				t.Fatalf("the channel reads %q, before %q", after, before)
			}
			old := ears.connection
			ears = ben.listen(t, ears)
			ears.hello(t)
			if ears.connection == old {
				t.Fatal("the server cannot know the old connection")
			}
			post := say(t, anna, "after "+act)
			ears.post(t, post)
			if after := page(t); !slices.Equal(after, append([]string{post.Message}, before...)) {
				t.Fatalf("the channel reads %q", after)
			}
		})
	}
	ears.Close()

	step("logging out ends the session", func(t *testing.T) {
		token := ben.AuthToken
		if _, err := ben.Logout(ctx); err != nil {
			t.Fatal(err)
		}
		ben.SetToken(token)
		_, _, err := ben.GetMe(ctx, "")
		refused(t, err, http.StatusUnauthorized, "api.context.session_expired.app_error")
	})
}
