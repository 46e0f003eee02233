// An OpenID Connect provider for tests, on a free port of this machine: `node provider.mjs BACK`.
//
// It lets everybody in as whoever `login_hint` says, without a page, prints its issuer once it
// listens, and ends when its standard input closes.

import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [back] = process.argv.slice(2);
const server = createServer((request, response) => handle(request, response));
let handle;

server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'desk',
      client_secret: 'known to tests alone',
      redirect_uris: [back],
    }],
    cookies: { keys: ['known to tests alone'] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    pkce: { methods: ['S256'], required: () => true },
  });
  const others = provider.callback();

  async function interact(request, response) {
    const { params, prompt, session } = await provider.interactionDetails(request, response);
    if (prompt.name === 'login') {
      const login = { accountId: params.login_hint };
      return provider.interactionFinished(request, response, { login });
    }
    const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope('openid');
    const consent = { grantId: await grant.save() };
    return provider.interactionFinished(request, response, { consent });
  }

  handle = (request, response) => {
    const is_ours = request.url.startsWith('/interaction/');
    return is_ours ? interact(request, response) : others(request, response);
  };
  console.log(issuer);
});

process.stdin.on('end', () => process.exit()).resume();
