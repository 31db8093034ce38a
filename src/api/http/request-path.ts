/** Splits the path of an API request into the project and the rest. */
export const apiPath = /^\/v1\.0(?:\/([^/?]+)(\/[^?]*)?)?(?:\/?\?|\/?$)/

/** Removes scheme and host from a request target; clients may send them, as they do to a proxy (RFC 9112, 3.2.2). */
export const pathOf = (target: string): string =>
  target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?]*\/?/i, '/')

export const acceptedVersion = (accept: string | undefined) =>
  /^application\/vnd\.openstack\.trove\+json;\s*version=([\d.]+)/.exec(accept ?? '')?.[1]

/**
 * Like Trove, accepts `.json` at the end of some routes, and takes the API version from the Accept header if the URL
 * has none (trove@4cdc0cd common/wsgi.py:135).
 */
export function rewriteUrl(url: string, accept: string | undefined): string {
  const versioned =
    acceptedVersion(accept) === '1.0' && !/^\/(v\d|$|\?|console|identity|healthcheck|metrics|openapi\.json)/.test(url)
      ? `/v1.0${url}`
      : url
  if (!versioned.includes('.json')) return versioned
  return versioned.replace(/^(\/v1\.0\/[^/?]+\/(?:datastores(?:\/[^/?]+)?|mgmt\/[^?]+))\.json(?=\?|$)/, '$1')
}
