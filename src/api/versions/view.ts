/**
 * The list of API versions, which has a single entry. The route is in `../http/server.ts`, because it needs no token.
 */

import type { View } from '../route.ts'
import type { replies } from './schemas.ts'

/** `base` is the URL by which clients reach this server, with or without a trailing slash. */
export const apiVersionsView = (base: string): View<typeof replies.versions> => ({
  versions: [
    {
      id: 'v1.0',
      status: 'CURRENT',
      updated: '2012-08-01T00:00:00Z',
      links: [{ rel: 'self', href: `${base.replace(/\/$/, '')}/v1.0/` }],
    },
  ],
})
