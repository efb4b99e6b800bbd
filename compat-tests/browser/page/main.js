// A chat in a hundred lines on the official client, used the way the web app uses it: cookies instead of a token,
// a socket that resumes, and a fetch of what was missed when it could not.
import {Client4, WebSocketClient} from '@mattermost/client';

const api = new Client4();
api.setUrl(location.origin);
api.setAuthHeader = false;

const at = (id) => document.getElementById(id);
const show = (id, text) => {
    at(id).textContent = text;
};
const posts = new Map();
let channel;
let team;

const socket = new WebSocketClient({minWebSocketRetryTime: 1000, reconnectJitterRange: 0, maxWebSocketFails: 1000});
window.socket = socket;
window.heard = [];

/** Runs something on a form's fields; what goes wrong is shown. */
function on(form, act) {
    at(form).addEventListener('submit', async (event) => {
        event.preventDefault();
        try {
            await act(Object.fromEntries(new FormData(event.target)));
            event.target.reset();
        } catch (error) {
            show('error', `${error.server_error_id ?? ''} ${error.message}`);
        }
    });
}

function keep(...some) {
    for (const post of some) {
        if (post.channel_id === channel?.id && !post.type) {
            posts.set(post.id, post);
        }
    }
    const lines = [...posts.values()].sort((a, b) => a.create_at - b.create_at).map((post) => {
        const line = document.createElement('li');
        line.textContent = post.message;
        return line;
    });
    at('posts').replaceChildren(...lines);
}

async function signedIn() {
    const me = await api.getMe();
    show('me', me.username);
    socket.addMessageListener((message) => {
        if (message.event === 'hello') {
            show('socket', 'open');
        }
        if (message.event === 'posted') {
            const post = JSON.parse(message.data.post);
            window.heard.push(post.message);
            keep(post);
        }
    });
    socket.addReconnectListener(() => show('socket', 'open'));
    socket.addCloseListener(() => show('socket', 'closed'));
    socket.addMissedMessageListener(async () => {
        show('missed', Number(at('missed').textContent) + 1);
        if (channel) {
            const last = Math.max(0, ...[...posts.values()].map((p) => p.create_at));
            keep(...Object.values((await api.getPostsSince(channel.id, last)).posts));
        }
    });
    socket.initialize(`${location.origin.replace('http', 'ws')}/api/v4/websocket`);
    const [first] = await api.getMyTeams();
    if (first) {
        await open(first);
    }
}

async function open(which) {
    team = which;
    channel = (await api.getMyChannels(team.id)).find((c) => c.name === 'town-square');
    show('channel', channel.display_name);
    keep(...Object.values((await api.getPosts(channel.id, 0, 200)).posts));
}

on('enter', async ({username, password}) => {
    await api.createUser({username, password, email: `${username}@example.com`}, '', '');
    await api.login(username, password);
    await signedIn();
});

on('join', async ({team: name}) => {
    const {exists} = await api.checkIfTeamExists(name);
    if (exists) {
        const known = (await api.getTeams(0, 60)).find((t) => t.name === name);
        const me = await api.getMe();
        await api.addToTeam(known.id, me.id);
        await open(known);
    } else {
        await open(await api.createTeam({name, display_name: name, type: 'O', allow_open_invite: true}));
    }
});

on('say', ({message}) => api.createPost({channel_id: channel.id, message}));

if (document.cookie.includes('MMUSERID=')) {
    signedIn();
}
