/** The base of links: the host of the request, the path prefix that a proxy removes, and the project of the token. */
export type LinkBase = Readonly<{ host: string; prefix: string; projectId: string }>

/** Trove's two links. The scheme is always https, whatever the request used (trove@4cdc0cd common/views.py:20). */
export const links = ({ host, prefix, projectId }: LinkBase, path: string, id: string) => [
  { href: `https://${host}${prefix}/v1.0/${projectId}/${path}/${id}`, rel: 'self' },
  { href: `https://${host}${prefix}/${path}/${id}`, rel: 'bookmark' },
]
