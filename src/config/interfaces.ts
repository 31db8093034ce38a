/** The values of options for an interface in Keystone's service catalogue, the older names first. */
export const interfaces = ['publicURL', 'internalURL', 'adminURL', 'public', 'internal', 'admin'] as const
