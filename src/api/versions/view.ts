import type { View } from '../route.ts'
import type { replies } from './schemas.ts'

/** The one version of the API, below what clients reach us by (a URL, with or without a slash at its end). */
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
