PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE event(run INTEGER NOT NULL REFERENCES run, number INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,
    key TEXT, body TEXT NOT NULL, PRIMARY KEY(run, number)) WITHOUT ROWID;
INSERT INTO "event" VALUES(2,1,1796045896020,'run started',NULL,'{"at":1796045896020,"kind":"run started","machine":"ops1","operator_name":"root","parameters":[],"procedure":"broken","simulated":false,"site":"corpus","steps":2}');
INSERT INTO "event" VALUES(2,2,1796045896022,'step started',NULL,'{"at":1796045896022,"attempt":1,"kind":"step started","step":"1","title":"First"}');
INSERT INTO "event" VALUES(2,3,1796045896031,'intent','1/one/both("one")#1|shell.action("echo one >>/tmp/corpus/both")@me#1~73bc11a2f2ab160a-7465a8fcc31b6ef8','{"at":1796045896031,"call":"shell.action(\"echo one >>/tmp/corpus/both\")","command":"echo one >>/tmp/corpus/both","host":"me","key":"1/one/both(\"one\")#1|shell.action(\"echo one >>/tmp/corpus/both\")@me#1~73bc11a2f2ab160a-7465a8fcc31b6ef8","kind":"intent","seen":"","step":"1","undos":[{"call":"shell.action(\"echo one >>/tmp/corpus/both\")","frame":"{\"define\":0,\"globals\":[\"one\"],\"slots\":[\"one\"],\"step_title\":\"First\"}","key":"1/one/both(\"one\")#1|shell.action(\"echo one >>/tmp/corpus/both\")@me#1~73bc11a2f2ab160a-7465a8fcc31b6ef8","place":"0:154","undo":"shell.action(\"rm -f /tmp/corpus/both\") on me"}]}');
INSERT INTO "event" VALUES(2,4,1796045896103,'command ended',NULL,'{"at":1796045896103,"command":"echo one >>/tmp/corpus/both","ending":"exit 0","err":"","host":"me","kind":"command ended","ok":true,"out":"","purpose":"action","step":"1","took":60}');
INSERT INTO "event" VALUES(2,5,1796045896108,'action ended','1/one/both("one")#1|shell.action("echo one >>/tmp/corpus/both")@me#1~73bc11a2f2ab160a-7465a8fcc31b6ef8','{"at":1796045896108,"call":"shell.action(\"echo one >>/tmp/corpus/both\")","effect":"changed","host":"me","key":"1/one/both(\"one\")#1|shell.action(\"echo one >>/tmp/corpus/both\")@me#1~73bc11a2f2ab160a-7465a8fcc31b6ef8","kind":"action ended","step":"1","took":78,"verified":false,"why":""}');
INSERT INTO "event" VALUES(2,6,1796045896132,'undo pending',NULL,'{"at":1796045896132,"call":"shell.action(\"echo one >>/tmp/corpus/both\")","frame":"{\"define\":0,\"globals\":[\"one\"],\"slots\":[\"one\"],\"step_title\":\"First\"}","host":"me","key":"1/one/both(\"one\")#1|shell.action(\"echo one >>/tmp/corpus/both\")@me#1~73bc11a2f2ab160a-7465a8fcc31b6ef8","kind":"undo pending","place":"0:154","step":"1","undo":"shell.action(\"rm -f /tmp/corpus/both\") on me"}');
INSERT INTO "event" VALUES(2,7,1796045896151,'intent','1/two/both("two")#1|shell.action("echo two >>/tmp/corpus/both")@me#1~73bc11a2f2ab160a-bd13573df47addd6','{"at":1796045896151,"call":"shell.action(\"echo two >>/tmp/corpus/both\")","command":"echo two >>/tmp/corpus/both","host":"me","key":"1/two/both(\"two\")#1|shell.action(\"echo two >>/tmp/corpus/both\")@me#1~73bc11a2f2ab160a-bd13573df47addd6","kind":"intent","seen":"","step":"1","undos":[{"call":"shell.action(\"echo two >>/tmp/corpus/both\")","frame":"{\"define\":0,\"globals\":[\"two\"],\"slots\":[\"two\"],\"step_title\":\"First\"}","key":"1/two/both(\"two\")#1|shell.action(\"echo two >>/tmp/corpus/both\")@me#1~73bc11a2f2ab160a-bd13573df47addd6","place":"0:154","undo":"shell.action(\"rm -f /tmp/corpus/both\") on me"}]}');
INSERT INTO "event" VALUES(2,8,1796045896240,'command ended',NULL,'{"at":1796045896240,"command":"echo two >>/tmp/corpus/both","ending":"exit 0","err":"","host":"me","kind":"command ended","ok":true,"out":"","purpose":"action","step":"1","took":78}');
INSERT INTO "event" VALUES(2,9,1796045896244,'action ended','1/two/both("two")#1|shell.action("echo two >>/tmp/corpus/both")@me#1~73bc11a2f2ab160a-bd13573df47addd6','{"at":1796045896244,"call":"shell.action(\"echo two >>/tmp/corpus/both\")","effect":"changed","host":"me","key":"1/two/both(\"two\")#1|shell.action(\"echo two >>/tmp/corpus/both\")@me#1~73bc11a2f2ab160a-bd13573df47addd6","kind":"action ended","step":"1","took":94,"verified":false,"why":""}');
INSERT INTO "event" VALUES(2,10,1796045896260,'undo pending',NULL,'{"at":1796045896260,"call":"shell.action(\"echo two >>/tmp/corpus/both\")","frame":"{\"define\":0,\"globals\":[\"two\"],\"slots\":[\"two\"],\"step_title\":\"First\"}","host":"me","key":"1/two/both(\"two\")#1|shell.action(\"echo two >>/tmp/corpus/both\")@me#1~73bc11a2f2ab160a-bd13573df47addd6","kind":"undo pending","place":"0:154","step":"1","undo":"shell.action(\"rm -f /tmp/corpus/both\") on me"}');
INSERT INTO "event" VALUES(2,11,1796045896273,'intent','1|shell.action("touch /tmp/corpus/first")@me#1~e0febaae80988d1d','{"at":1796045896273,"call":"shell.action(\"touch /tmp/corpus/first\")","command":"touch /tmp/corpus/first","host":"me","key":"1|shell.action(\"touch /tmp/corpus/first\")@me#1~e0febaae80988d1d","kind":"intent","seen":"","step":"1","undos":[{"call":"shell.action(\"touch /tmp/corpus/first\")","frame":"{\"define\":-1,\"slots\":[\"two\"],\"step_title\":\"First\"}","key":"1|shell.action(\"touch /tmp/corpus/first\")@me#1~e0febaae80988d1d","place":"0:316","undo":"shell.action(\"rm -f /tmp/corpus/first\") on me"}]}');
INSERT INTO "event" VALUES(2,12,1796045896440,'command ended',NULL,'{"at":1796045896440,"command":"touch /tmp/corpus/first","ending":"exit 0","err":"","host":"me","kind":"command ended","ok":true,"out":"","purpose":"action","step":"1","took":127}');
INSERT INTO "event" VALUES(2,13,1796045896444,'action ended','1|shell.action("touch /tmp/corpus/first")@me#1~e0febaae80988d1d','{"at":1796045896444,"call":"shell.action(\"touch /tmp/corpus/first\")","effect":"changed","host":"me","key":"1|shell.action(\"touch /tmp/corpus/first\")@me#1~e0febaae80988d1d","kind":"action ended","step":"1","took":174,"verified":false,"why":""}');
INSERT INTO "event" VALUES(2,14,1796045896458,'undo pending',NULL,'{"at":1796045896458,"call":"shell.action(\"touch /tmp/corpus/first\")","frame":"{\"define\":-1,\"slots\":[\"two\"],\"step_title\":\"First\"}","host":"me","key":"1|shell.action(\"touch /tmp/corpus/first\")@me#1~e0febaae80988d1d","kind":"undo pending","place":"0:316","step":"1","undo":"shell.action(\"rm -f /tmp/corpus/first\") on me"}');
INSERT INTO "event" VALUES(2,15,1796045896472,'step started',NULL,'{"at":1796045896472,"attempt":1,"kind":"step started","step":"1.1","title":"Inner"}');
INSERT INTO "event" VALUES(2,16,1796045896506,'command ended',NULL,'{"at":1796045896506,"command":"test -e /tmp/corpus/ready","ending":"exit 1","err":"","host":"me","kind":"command ended","ok":false,"out":"","purpose":"query","step":"1.1","took":32}');
INSERT INTO "event" VALUES(2,17,1796045896518,'required',NULL,'{"at":1796045896518,"condition":"shell.succeeds(\"test -e /tmp/corpus/ready\") on me","explanation":"shell.succeeds(\"test -e /tmp/corpus/ready\") on me is false\nread on me by: test -e /tmp/corpus/ready (just now)","holds":false,"key":"1.1|require shell.succeeds(\"test -e /tmp/corpus/ready\") on me@#1~cddaf680426563f0","kind":"required","step":"1.1","unknown":false}');
INSERT INTO "event" VALUES(2,18,1796045896527,'failed',NULL,'{"at":1796045896527,"kind":"failed","message":"required: shell.succeeds(\"test -e /tmp/corpus/ready\") on me\n  shell.succeeds(\"test -e /tmp/corpus/ready\") on me is false\n  read on me by: test -e /tmp/corpus/ready (just now)\nwhile `require shell.succeeds(\"test -e /tmp/corpus/ready\") on me` in step 1.1 \"Inner\" (broken.proc:9)","step":"1.1"}');
INSERT INTO "event" VALUES(2,19,1796045896531,'step ended',NULL,'{"at":1796045896531,"done":false,"kind":"step ended","step":"1.1","title":"Inner","took":59}');
INSERT INTO "event" VALUES(2,20,1796045896549,'step ended',NULL,'{"at":1796045896549,"done":false,"kind":"step ended","step":"1","title":"First","took":527}');
INSERT INTO "event" VALUES(2,21,1796045896554,'run ended',NULL,'{"at":1796045896554,"changed":3,"end":"failed","kind":"run ended","left":[],"pending_undos":["shell.action(\"rm -f /tmp/corpus/first\") on me, because of shell.action(\"touch /tmp/corpus/first\")","shell.action(\"rm -f /tmp/corpus/both\") on me, because of shell.action(\"echo two >>/tmp/corpus/both\")","shell.action(\"rm -f /tmp/corpus/both\") on me, because of shell.action(\"echo one >>/tmp/corpus/both\")"],"signed_off":0,"skipped":[],"took":534,"unchanged":0,"undone":[],"unverified":3}');
CREATE TABLE kept(run INTEGER NOT NULL REFERENCES run, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY(run, name));
CREATE TABLE parameter(run INTEGER NOT NULL REFERENCES run, name TEXT NOT NULL, value TEXT NOT NULL,
    given INTEGER NOT NULL, PRIMARY KEY(run, name));
CREATE TABLE plan(procedure TEXT NOT NULL, site TEXT NOT NULL, parameters TEXT NOT NULL, simulated INTEGER NOT NULL,
    lines TEXT NOT NULL, PRIMARY KEY(procedure, site, parameters, simulated)) WITHOUT ROWID;
CREATE TABLE run(
    id INTEGER PRIMARY KEY AUTOINCREMENT, procedure TEXT NOT NULL, site TEXT NOT NULL, directory TEXT NOT NULL,
    procedure_file TEXT NOT NULL, site_file TEXT NOT NULL, pid INTEGER NOT NULL, operator TEXT NOT NULL DEFAULT '', machine TEXT NOT NULL DEFAULT '',
    simulated INTEGER NOT NULL, parts INTEGER NOT NULL DEFAULT 1, started INTEGER NOT NULL, ended INTEGER, end INTEGER);
INSERT INTO "run" VALUES(2,'broken','corpus','/tmp/corpus','broken.proc','',5645,'root','ops1',0,1,1796045896020,1796045896554,1);
CREATE TABLE source(run INTEGER NOT NULL REFERENCES run, part INTEGER NOT NULL, number INTEGER NOT NULL,
    path TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY(run, part, number));
INSERT INTO "source" VALUES(2,1,0,'broken.proc','site "corpus"
host me { address "127.0.0.1"  via local  os linux }
define action both(name: text) { shell.action("echo ${name} >>/tmp/corpus/both")  undo shell.action("rm -f /tmp/corpus/both") }
step "First" {
  on me {
    for name in ["one", "two"] { both(name) }
    shell.action("touch /tmp/corpus/first")  undo shell.action("rm -f /tmp/corpus/first")
  }
  step "Inner" { require shell.succeeds("test -e /tmp/corpus/ready") on me }
}
');
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('run',3);
COMMIT;
PRAGMA user_version=1;
