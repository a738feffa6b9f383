import type { Draft } from './draft/draft.ts'

/** Servers that programs speak to, by the packages that speak to them. Names in lower case; Go's are the beginnings of paths. */
const CLIENTS: Record<string, string[]> = {
  PostgreSQL: [
    ...['pg', 'pg-promise', 'postgres', 'psycopg', 'psycopg2', 'psycopg2-binary', 'asyncpg', 'postgresql'],
    ...['tokio-postgres', 'npgsql', 'npgsql.entityframeworkcore.postgresql', 'ext-pgsql', 'ext-pdo_pgsql'],
    ...['github.com/lib/pq', 'github.com/jackc/pgx', 'gorm.io/driver/postgres', 'r2dbc-postgresql'],
  ],
  MySQL: [
    ...['mysql', 'mysql2', 'mariadb', 'mysqlclient', 'pymysql', 'aiomysql', 'mysql-connector-python'],
    ...['mysql-connector-j', 'mysql-connector-java', 'mariadb-java-client', 'mysql_async', 'mysqlconnector'],
    ...['pomelo.entityframeworkcore.mysql', 'ext-mysqli', 'ext-pdo_mysql', 'github.com/go-sql-driver/mysql'],
    'gorm.io/driver/mysql',
  ],
  Redis: [
    ...['redis', 'ioredis', 'bullmq', 'sidekiq', 'predis/predis', 'ext-redis', 'jedis', 'lettuce-core'],
    ...['stackexchange.redis', 'spring-boot-starter-data-redis', 'github.com/redis/go-redis'],
    ...['github.com/go-redis/redis', 'github.com/gomodule/redigo', 'django-redis'],
  ],
  MongoDB: [
    ...['mongodb', 'mongoose', 'pymongo', 'motor', 'mongo', 'mongoid', 'mongodb.driver', 'mongodb/mongodb'],
    ...['mongodb-driver-sync', 'spring-boot-starter-data-mongodb', 'go.mongodb.org/mongo-driver'],
  ],
  RabbitMQ: [
    'amqplib',
    'pika',
    'bunny',
    'lapin',
    'spring-boot-starter-amqp',
    'github.com/rabbitmq/amqp091-go',
  ],
  Kafka: [
    'kafkajs',
    'kafka-python',
    'confluent-kafka',
    'spring-kafka',
    'rdkafka',
    'github.com/segmentio/kafka-go',
  ],
  Elasticsearch: ['@elastic/elasticsearch', 'elasticsearch', 'github.com/elastic/go-elasticsearch'],
  'SQL Server': ['mssql', 'tedious', 'microsoft.data.sqlclient', 'mssql-jdbc', 'pymssql'],
}

/**
 * Names the servers that the dependencies connect to, and which the environment will lack; undefined if there are none.
 */
export function missingServices(dependencies: Draft['dependencies']): string | undefined {
  const missing = Object.entries(CLIENTS).flatMap(([service, clients]) => {
    const client = dependencies.find(({ name }) => clients.some((one) => isNamed(name.toLowerCase(), one)))
    return client ? [`${service} (for ${client.name.slice(0, 80)} in ${client.file})`] : []
  })
  if (missing.length === 0) return undefined
  return (
    `Not part of this: ${missing.join(', ')}. An environment is one container so far; services beside it come with Docker ` +
    'Compose in a later version. Until then the program has to be told where such a server runs.'
  )
}

const isNamed = (name: string, client: string): boolean =>
  name === client || (client.includes('.') && client.includes('/') && name.startsWith(`${client}/`))
