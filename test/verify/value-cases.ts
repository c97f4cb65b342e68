/** What two values of a type are to be told apart by. The types are made in each database anew, so that their OIDs differ. */
export interface ValueCase {
  readonly name: string;
  readonly type: string;
  readonly value: string;
  /** Another value, however like it. */
  readonly other: string;
}

/** Types in the schema that is first in the search path. */
export const ownTypes = `
  create type mood as enum ('so-so', 'ok', 'fröhlich');
  create domain "Gemüt" as mood;
  create domain small_vector as vector(2);
  create domain short_text as varchar(10);
  create domain shorter_text as short_text check (length(value) < 8);
  create domain numbers as int[];
  create type "Kopf ""quoted""" as (mood mood, "Wert" float8);
  create type nested as (a "Kopf ""quoted""", b vector(2), c text);
  create type span as range (subtype = float8, multirange_type_name = spans);
  create type some_range as range (subtype = citext, collation = "C");
  create function "fünf"() returns int language sql return 5;
`;

const nfc = "'é'";
const nfd = "U&'e\\0301'";

export const valueCases: readonly ValueCase[] = [
  ["a float, by its sign of zero", "float8", "0.0", "'-0.0'"],
  ["a float, by its last bit", "float4", "1", "'1.0000001'"],
  ["a float that is none", "float8", "'NaN'", "'Infinity'"],
  ["null and empty", "text", "''", "null"],
  ["Unicode's forms", "text", nfc, nfd],
  ["a trailing blank", "text", "'x'", "'x '"],
  ["upper and lower case, of a type that makes no difference", "citext", "'x'", "'X'"],
  ["a padded text", "char(5)", "'x'", "'y'"],
  ["a number's scale", "numeric", "1.0", "1.00"],
  ["bytes", "bytea", "'\\x00ff'", "'\\x00fe'"],
  ["a time zone", "timestamptz", "'2026-01-01 00:00:00.000001+02'", "'2026-01-01 00:00:00.000002+02'"],
  ["blanks in json", "json", `'{"a": 1}'`, `'{"a":1}'`],
  ["jsonb", "jsonb", `'{"a": [1, null]}'`, `'{"a": [1, "null"]}'`],
  ["xml", "xml", "'<a>é</a>'", "'<a>e</a>'"],
  ["words of a text", "tsvector", "'a:1 b:2'", "'a:1 b:3'"],
  ["an array's bounds", "int[]", "'{1,2}'", "'[0:1]={1,2}'"],
  ["an array's dimensions", "int[]", "'{{1,2}}'", "'{{1},{2}}'"],
  ["an array's null", "text[]", "'{NULL}'", `'{"NULL"}'`],
  ["a range", "int8range", "'[1,5)'", "'[1,6)'"],
  ["a vector, by its last bit", "vector(2)", "'[1,0]'", "'[1.0000001,0]'"],
  ["a vector, by its sign of zero", "vector(2)", "'[0,0]'", "'[-0,0]'"],
  ["half a vector", "halfvec(2)", "'[1,0]'", "'[1,-0]'"],
  ["a sparse vector", "sparsevec(3)", "'{1:1}/3'", "'{2:1}/3'"],
  ["vectors", "vector(2)[]", "'{\"[1,0]\",NULL}'", "'{\"[1,-0]\",NULL}'"],
  ["the order of vectors", "vector[]", '\'{"[1]","[2,3]"}\'', '\'{"[2,3]","[1]"}\''],
  ["vectors, none and null", "vector[]", "'{}'", "null"],
  ["pairs", "hstore", "'a=>1, b=>NULL'", `'a=>1, b=>"NULL"'`],
  ["a path", "ltree", "'a.b'", "'a.c'"],
  ["an enum", "mood", "'ok'", "'so-so'"],
  ["enums", "mood[]", "'{ok,NULL}'", "'{ok,ok}'"],
  ["enums, by their dimensions", "mood[]", "'{{ok,ok}}'", "'{{ok},{ok}}'"],
  ["a domain over an enum", '"Gemüt"', "'fröhlich'", "'ok'"],
  ["a domain over a vector", "small_vector", "'[1,2]'", "'[1,3]'"],
  ["domains over a vector", "small_vector[]", "'{\"[1,2]\"}'", "'{\"[1,3]\"}'"],
  ["a domain over a domain", "shorter_text", "'a'", "'a '"],
  ["domains over domains", "shorter_text[]", "'{a}'", "'{A}'"],
  ["a domain over an array", "numbers", "'{1}'", "'{2}'"],
  ["domains over arrays", "numbers[]", `'{"{1}","{1,2}"}'`, `'{"{1}","{1,3}"}'`],
  ["a composite", '"Kopf ""quoted"""', "row('ok', 0.0)", "row('ok', '-0.0'::float8)"],
  ["a composite of nulls and a null", '"Kopf ""quoted"""', "row(null, null)", "null"],
  ["composites", '"Kopf ""quoted"""[]', "array[row('ok', 1), null]", "array[row('ok', 1), row(null, null)]"],
  ["a composite in a composite", "nested", "row(row('ok', 1), '[1,2]', '')", "row(row('ok', 2), '[1,2]', '')"],
  ["a vector in a composite", "nested", "row(null, '[1,0]', 'x')", "row(null, '[1,-0]', 'x')"],
  ["an own range", "span", "'[0,1)'", "'[0,1]'"],
  ["an own range of own values", "some_range", "'[a,b)'", "'[A,b)'"],
  ["own ranges", "spans", "'{[0,1),[2,3)}'", "'{[0,1)}'"],
  ["a table by its name", "regclass", "'pg_catalog.pg_class'", "'pg_catalog.pg_type'"],
  ["an own function by its name", "regproc", `'"fünf"'`, "'pg_catalog.now'"],
  ["own types by their names", "regtype[]", "'{mood}'", "'{mood[]}'"],
  ["a number that is an OID", "oid", "1", "2"],
].map(([name = "", type = "", value = "", other = ""]) => ({ name, type, value, other }));
