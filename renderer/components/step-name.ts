/** A step without BuildKit's own count of it ("[2/4] RUN make"), where it is counted beside it. */
export const withoutCount = (step: string): string => step.replace(/^\[[^\]]*\d+\/\d+\] /, '')
