/** The program's version, as shown everywhere. */
export const VERSION = '0.1.0'
