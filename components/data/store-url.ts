/** A URL by which containers reach a server that this `up` makes; only its host is unknown beforehand. */
export interface StoreUrl {
  readonly scheme: string;
  readonly user: string;
  readonly password: string;
  /** What AWS makes of the server's identifier: the pattern of its host's name. */
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** @default - none */
  readonly query?: string;
}

/** The URL, with the host that AWS has given the server. */
export function storeUrl(url: StoreUrl, host: string): string {
  return `${before(url)}${host}${behind(url)}`;
}

/** What the URL is like before anybody knows the host. */
export function storeUrlPattern(url: StoreUrl): RegExp {
  return new RegExp(`^${escaped(before(url))}${url.host}${escaped(behind(url))}$`);
}

const before = ({ scheme, user, password }: StoreUrl): string =>
  `${scheme}://${encodeURIComponent(user)}:${encodeURIComponent(password)}@`;

const behind = ({ port, path, query }: StoreUrl): string => `:${port}/${path}${query === undefined ? "" : `?${query}`}`;

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
