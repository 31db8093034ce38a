/** Where links lead: the host that was asked, what a proxy takes away in front of the path, the project of the token. */
export type LinkBase = Readonly<{ host: string; prefix: string; projectId: string }>

/** Trove's two links. The scheme is always https, whatever was asked with (trove@4cdc0cd common/views.py:20). */
export const links = ({ host, prefix, projectId }: LinkBase, path: string, id: string) => [
  { href: `https://${host}${prefix}/v1.0/${projectId}/${path}/${id}`, rel: 'self' },
  { href: `https://${host}${prefix}/${path}/${id}`, rel: 'bookmark' },
]
