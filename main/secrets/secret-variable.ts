/** The variable of a person's environment that gives a secret its value, before any key store. */
export const secretVariable = (name: string): string => `PRISTINE_SECRET_${name}`
