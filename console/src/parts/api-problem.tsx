import type { ReactNode } from 'react'
import { ApiError, NoConnection } from '../api/trove.ts'
import { Notice } from './notice.tsx'

type Props = Readonly<{
  error: unknown
  /** What failed: "The instances cannot be shown". Default: only the words of the API. */
  title?: string
  /** What can be done about it. */
  children?: ReactNode
}>

/** What went wrong, in the words of the API. Shows nothing without an error. */
export function ApiProblem({ error, title, children }: Props) {
  if (error === null || error === undefined || error === false) return null
  // The frame says it once, and what was read before is still shown.
  if (error instanceof NoConnection && error.isRead) return null
  return (
    <Notice kind="problem" {...(title === undefined ? {} : { title })}>
      <p>{wordsOf(error)}</p>
      {error instanceof ApiError && error.retryAfterSeconds !== undefined ? (
        <p>Try again in {error.retryAfterSeconds} s.</p>
      ) : null}
      {children}
    </Notice>
  )
}

/** The message of an error for the user. A mistake of the console itself is for its developers, so its message is shown, too. */
export function wordsOf(error: unknown): string {
  if (error instanceof ApiError || error instanceof NoConnection) return error.message
  return error instanceof Error ? error.message : String(error)
}
