/** Where links lead: the Host header of the request and the project of its token. */
export type LinkBase = Readonly<{ host: string; projectId: string }>

/** Trove's two links. The scheme is always https, whatever was asked with (trove@4cdc0cd common/views.py:20). */
export const links = ({ host, projectId }: LinkBase, path: string, id: string) => [
  { href: `https://${host}/v1.0/${projectId}/${path}/${id}`, rel: 'self' },
  { href: `https://${host}/${path}/${id}`, rel: 'bookmark' },
]
