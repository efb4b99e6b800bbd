// A browser without a screen: it keeps cookies for each site, and shows where it is sent before it goes there.

export class Browser {
  #jars = new Map();

  cookie(url, name) {
    return this.#jars.get(new URL(url).host)?.get(name);
  }

  async open(url, { method = 'GET', form, json, headers = {} } = {}) {
    const jar = this.#jars.get(new URL(url).host) ?? new Map();
    this.#jars.set(new URL(url).host, jar);
    if (jar.size) headers = { ...headers, cookie: [...jar].map(([k, v]) => `${k}=${v}`).join('; ') };
    const body = form ? new URLSearchParams(form) : json ? JSON.stringify(json) : undefined;
    const answer = await fetch(url, { method: body ? 'POST' : method, body, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      const [pair, ...attributes] = line.split(';');
      const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      const gone = value === '' || attributes.some((a) => /max-age=0|expires=thu, 01 jan 1970/i.test(a));
      gone ? jar.delete(name) : jar.set(name, value);
    }
    const location = answer.headers.get('location');
    return { status: answer.status, location: location && new URL(location, url).href, text: await answer.text(), headers: answer.headers, url };
  }
}
