/** The account of this service. Its password is known to nobody else. */
export const administrator = 'os_admin'
/** It can connect from this machine only. */
export const administratorHost = '127.0.0.1'
export const administratorAccount = `${administrator}@'${administratorHost}'`
