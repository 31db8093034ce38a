export const noSuchFile = 'file not found'

const words: Readonly<Record<string, string>> = {
  ENOENT: noSuchFile,
  EISDIR: 'it is a folder',
  EACCES: 'permission denied for this user',
}

/**
 * Returns why a file could not be read or parsed, in words that can follow a colon. The messages of Node repeat the path,
 * and those of a parser may have several lines.
 */
export function fileProblem(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return (
    words[code] ??
    String(error instanceof Error ? error.message : error)
      .split('\n', 1)[0]!
      .replace(/:$/, '')
  )
}

/** True when a file or socket could not be opened because this process or machine has too many open. That is temporary. */
export const isOutOfDescriptors = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE')
