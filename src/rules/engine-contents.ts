/** Managers of engines that know keys and no databases, and whose users are a matter of their superuser. */
const withoutContents: readonly string[] = ['redis']

/** Whether there are databases and users to manage in an instance of this manager. */
export const hasContents = (manager: string): boolean => !withoutContents.includes(manager)
