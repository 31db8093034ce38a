export const noSuchFile = 'there is no such file'

const words: Readonly<Record<string, string>> = {
  ENOENT: noSuchFile,
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
}

/**
 * Why a file could not be read or made sense of, ready to follow a colon. The runtime's own words repeat the path, and a
 * parser's may go on for lines.
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

/** Whether something could not be opened because this process, or the machine, has too much open: that passes. */
export const isOutOfDescriptors = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE')
