/** The tables that SQL asks, which the core names. */
import { SQL_TABLES, type SqlColumn } from "../ipc";

export { SQL_TABLES };

/** The columns of a table, by its name in any case; none if there is no such table. */
export function columnsOfTable(name: string): readonly SqlColumn[] {
  const found = SQL_TABLES.find((table) => table.name === name.toLowerCase());
  return found?.columns ?? [];
}
