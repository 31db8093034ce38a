/** What is asked of the API: project, and what follows it. */
export const apiPath = /^\/v1\.0(?:\/([^/?]+)(\/[^?]*)?)?(?:\/?\?|\/?$)/

/** A request may name its target with scheme and host (RFC 9112, 3.2.2), as to a proxy: what follows them counts. */
export const pathOf = (target: string): string => target.replace(/^https?:\/\/[^/?]*\/?/i, '/')

export const acceptedVersion = (accept: string | undefined) =>
  /^application\/vnd\.openstack\.trove\+json;\s*version=([\d.]+)/.exec(accept ?? '')?.[1]

/**
 * Trove serves its generated routes with a `.json` at the end as well, and takes the API version from the Accept header
 * of a URL that has none (trove@4cdc0cd common/wsgi.py:135).
 */
export function rewriteUrl(url: string, accept: string | undefined): string {
  const versioned =
    acceptedVersion(accept) === '1.0' && !/^\/(v\d|$|\?|identity|healthcheck|metrics|openapi\.json)/.test(url)
      ? `/v1.0${url}`
      : url
  return versioned.replace(/^(\/v1\.0\/[^/?]+\/(?:datastores(?:\/[^/?]+)?|mgmt\/[^?]+))\.json(?=\?|$)/, '$1')
}
