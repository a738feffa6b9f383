import pg from 'pg'

/** Fills an empty database: 200,000 products, no orders. */
const PRODUCTS = 200_000

const database = new pg.Client({ connectionString: process.env.DATABASE_URL })
await database.connect()
await database.query(`
  CREATE TABLE products (id text PRIMARY KEY, name text NOT NULL, cents int NOT NULL);
  CREATE TABLE orders (id text PRIMARY KEY, product text NOT NULL REFERENCES products, cents int NOT NULL);
`)
await database.query(
  `INSERT INTO products
   SELECT 'p' || lpad(n::text, 6, '0'),
          (ARRAY['Apple', 'Bread', 'Cheese', 'Dates', 'Eggs'])[1 + n % 5] || ' ' || n,
          40 + (n * 37) % 2000
   FROM generate_series(1, $1) AS n`,
  [PRODUCTS],
)
await database.end()
console.log(`${PRODUCTS} products`)
