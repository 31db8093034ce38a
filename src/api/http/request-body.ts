import type { FastifyInstance } from 'fastify'
import { refusal } from '../../rules/refusals.ts'
import { parseJsonBody } from './json-body.ts'

/** Makes the server read bodies as JSON in UTF-8 and refuse all others. */
export function addBodyParsers(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, ({ headers }, bytes, done) => {
    try {
      requireReadable(headers['content-type'], headers['content-encoding'])
      done(null, parseJsonBody(bytes))
    } catch (error) {
      done(error as Error)
    }
  })
  // Trove ignores a body without a media type, and the media type of an empty body.
  app.addContentTypeParser('*', (request, payload, done) => {
    payload.resume()
    const mediaType = request.headers['content-length'] === '0' ? undefined : request.headers['content-type']
    done(mediaType ? refusal.unsupported_media_type({ mediaType }) : null, undefined)
  })
}

/** Refuses other charsets and compressed bodies instead of guessing what their bytes mean. */
function requireReadable(mediaType = '', encoding = 'identity'): void {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(mediaType)?.[1]
  if (charset && !/^(?:utf-?8|us-ascii|ascii)$/i.test(charset)) throw refusal.unsupported_media_type({ mediaType })
  if (encoding.trim().toLowerCase() !== 'identity') throw refusal.content_encoding_unsupported({ encoding })
}
