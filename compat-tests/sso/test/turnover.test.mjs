// The provider's keys are replaced. The other files of tests run before, with the first key.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from '../browser.mjs';
import { OpenIdProvider, key } from '../provider.mjs';

const provider = new OpenIdProvider();

before(() => provider.start(key('first')));

after(() => provider.stop());

test('a new key of the provider is noticed by itself', async () => {
  const kim = provider.person('kim', ['staff']);
  await provider.journey(new Browser(), '/oauth/openid/login', kim);
  await provider.start(key('second'));
  // Keys are looked for anew every ten seconds at most.
  await new Promise((later) => setTimeout(later, 10_500));
  assert.equal((await provider.journey(new Browser(), '/oauth/openid/login', kim)).status, 307);
});

