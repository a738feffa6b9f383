import * as z from 'zod/mini'

// The page's policy forbids making code from text, which zod would try.
z.config({ jitless: true })
