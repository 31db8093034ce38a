import type { FastifyReply } from 'fastify'
import type { LoginPaused } from '../../ports/identity.ts'

/** An error in Keystone's form, which its clients expect. */
export const keystoneError = (code: number, title: string, message: string) => ({ error: { code, message, title } })

export const tooManyRequests = (reply: FastifyReply, { retryAfterSeconds, message }: LoginPaused): FastifyReply =>
  reply
    .status(429)
    .header('retry-after', retryAfterSeconds)
    .send(keystoneError(429, 'Too Many Requests', message))
