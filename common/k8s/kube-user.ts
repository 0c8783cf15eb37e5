import { X509Certificate } from 'node:crypto';
import type { ApiAccess, TlsParts } from './api-access.ts';
import { type ExecCredential, runCredentialPlugin } from './exec-credential.ts';
import { type KubeconfigEntry, kubeconfigFault, pathIn, textOrFile } from './kubeconfig-file.ts';
import { isText, recordOf } from './live-object.ts';
import { TokenFile } from './token-file.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A plugin's credential is renewed this long before its end, so that none ends on its way. */
const renewBeforeMs = 10_000;

const unsupported = ['username', 'auth-provider', 'as', 'as-uid', 'as-groups'];

/**
 * The access of a kubeconfig's user. A plugin's credential is kept until shortly before it expires, or until it is refused.
 *
 * @throws {FirecampError} FC-K8S-003 when the user cannot be used, e.g. a certificate that has expired.
 */
export async function kubeUserAccess(user: KubeconfigEntry, server: TlsParts, env: Env): Promise<ApiAccess> {
  for (const field of unsupported) {
    if (user.value[field] === undefined) continue;
    throw kubeconfigFault(`The user of the kubeconfig ${user.file} has ${field}, which is not supported.`);
  }
  if (user.value['exec'] !== undefined) {
    return new PluginAccess({ file: user.file, value: recordOf(user.value['exec']) }, server, env);
  }
  const cert = await textOrFile(user, 'client-certificate');
  const key = await textOrFile(user, 'client-key');
  if (cert !== undefined) assertUsable(cert, key, user.file);
  const tls = cert !== undefined && key !== undefined ? { ...server, cert, key } : server;
  // As kubectl does, the file before the text.
  const tokenFile = pathIn(user, 'tokenFile');
  if (tokenFile !== undefined) return new UserAccess(tls, new TokenFile(tokenFile), tokenFile, user.file);
  const { token } = user.value;
  const fixed = { token: async () => (isText(token) ? token : undefined), newerThan: async () => undefined };
  return new UserAccess(tls, fixed, 'token', user.file);
}

function assertUsable(cert: string, key: string | undefined, file: string): void {
  if (key === undefined) throw kubeconfigFault(`The user of the kubeconfig ${file} has a certificate without its key.`);
  let parsed: X509Certificate;
  try {
    parsed = new X509Certificate(cert);
  } catch (cause) {
    throw kubeconfigFault(`The client certificate of the kubeconfig ${file} is no PEM certificate.`, cause);
  }
  if (parsed.validToDate.getTime() > Date.now()) return;
  const end = parsed.validToDate.toISOString();
  throw kubeconfigFault(`The client certificate of the kubeconfig ${file} expired at ${end}.`);
}

class UserAccess implements ApiAccess {
  readonly #tls: TlsParts;
  readonly #tokens: Pick<ApiAccess, 'token' | 'newerThan'>;
  readonly #what: string;
  readonly #file: string;

  constructor(tls: TlsParts, tokens: Pick<ApiAccess, 'token' | 'newerThan'>, what: string, file: string) {
    this.#tls = tls;
    this.#tokens = tokens;
    this.#what = what;
    this.#file = file;
  }

  async token(): Promise<string | undefined> {
    return await this.#tokens.token().catch((cause: unknown) => {
      throw kubeconfigFault(`The token file ${this.#what} of the kubeconfig ${this.#file} cannot be read.`, cause);
    });
  }

  newerThan(refused: string): Promise<string | undefined> {
    return this.#tokens.newerThan(refused);
  }

  async tls(): Promise<TlsParts> {
    return this.#tls;
  }

  forgetTls(): void {}
}

class PluginAccess implements ApiAccess {
  readonly #exec: KubeconfigEntry;
  readonly #server: TlsParts;
  readonly #env: Env;
  #given: Promise<{ readonly credential: ExecCredential; readonly tls: TlsParts }> | undefined;

  constructor(exec: KubeconfigEntry, server: TlsParts, env: Env) {
    this.#exec = exec;
    this.#server = server;
    this.#env = env;
  }

  async token(): Promise<string | undefined> {
    return (await this.#current()).credential.token;
  }

  async newerThan(refused: string): Promise<string | undefined> {
    if ((await this.#current()).credential.token === refused) this.#given = undefined;
    const token = await this.token();
    return token === refused ? undefined : token;
  }

  async tls(): Promise<TlsParts> {
    return (await this.#current()).tls;
  }

  forgetTls(): void {}

  async #current() {
    const known = this.#given;
    const given = await known?.catch(() => undefined);
    const spent = given === undefined || given.credential.expiresAt - renewBeforeMs <= Date.now();
    // Another call may have started the plugin meanwhile: it is run once for both.
    if (spent && this.#given === known) this.#given = undefined;
    this.#given ??= this.#run();
    return await this.#given;
  }

  async #run() {
    const credential = await runCredentialPlugin(this.#exec, this.#env);
    const { cert, key } = credential;
    const tls = cert !== undefined && key !== undefined ? { ...this.#server, cert, key } : { ...this.#server };
    return { credential, tls };
  }
}
