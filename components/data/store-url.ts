/** A URL with which containers connect to a server that `up` creates; before that, only its host is unknown. */
export interface StoreUrl {
  readonly scheme: string;
  readonly user: string;
  readonly password: string;
  /** Pattern of the host name that AWS derives from the server's identifier. */
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** @default - none */
  readonly query?: string;
}

/** Returns the URL with the host name that AWS has given the server. */
export function storeUrl(url: StoreUrl, host: string): string {
  return `${before(url)}${host}${behind(url)}`;
}

/** Returns the pattern of the URL, for as long as the host name is unknown. */
export function storeUrlPattern(url: StoreUrl): RegExp {
  return new RegExp(`^${escaped(before(url))}${url.host}${escaped(behind(url))}$`);
}

const before = ({ scheme, user, password }: StoreUrl): string =>
  `${scheme}://${encodeURIComponent(user)}:${encodeURIComponent(password)}@`;

const behind = ({ port, path, query }: StoreUrl): string => `:${port}/${path}${query === undefined ? "" : `?${query}`}`;

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
