import { userInfo } from 'node:os'

/**
 * The name of the person who runs this process. Under sudo, root is not the person: then it is the user who called sudo.
 * Only root is asked for that, since any other user can set the variable to any name.
 */
export const operatingSystemUser = (): string => personBehind(ownName(), process.getuid?.(), process.env.SUDO_USER)

/** @param sudoUser the environment variable SUDO_USER, which sudo sets */
export function personBehind(name: string, uid: number | undefined, sudoUser: string | undefined): string {
  const isUsable = sudoUser !== undefined && /^[^\p{C}\p{Z}]{1,100}$/u.test(sudoUser)
  return uid === 0 && isUsable ? sudoUser : name
}

function ownName(): string {
  try {
    return userInfo().username
  } catch {
    // In a container, the user id may have no name.
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}
