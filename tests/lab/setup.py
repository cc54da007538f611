"""From two machines that booted for the first time to a healthy cluster: DRBD, Pacemaker, MariaDB each the other's master."""
from vm import until

LOAD = """set -e
cibadmin --modify --allow-create --scope crm_config --xml-file /var/lib/lab-cib.xml.crm_config
cibadmin --modify --allow-create --scope rsc_defaults --xml-file /var/lib/lab-cib.xml.rsc_defaults
cibadmin --replace --scope resources --xml-file /var/lib/lab-cib.xml.resources
cibadmin --replace --scope constraints --xml-file /var/lib/lab-cib.xml.constraints
"""

FOLLOW = """
until mysqladmin ping >/dev/null 2>&1; do sleep 1; done
mysql -e "SET sql_log_bin = 0; CREATE USER IF NOT EXISTS repl@'10.77.0.%' IDENTIFIED BY 'lab';
          GRANT REPLICATION SLAVE ON *.* TO repl@'10.77.0.%'; RESET MASTER;
          CHANGE MASTER TO master_host='10.77.0.{other}', master_user='repl', master_password='lab', master_use_gtid=slave_pos,
              master_connect_retry=5, master_heartbeat_period=5;
          START SLAVE"
"""


def says(machine, script, *wanted):
    """Does the machine say all of the wanted words?"""
    answer = machine.ask(script)
    return answer is not None and all(word in answer[1] for word in wanted)


def storage(first, second):
    """The disks are blank on both sides and need no initial synchronisation: they are declared to be the same."""
    for machine in (first, second):
        machine.tell("modprobe drbd && drbdadm create-md --force r0 && drbdadm up r0")
    until("DRBD is connected", lambda: says(first, "drbdadm cstate r0", "Connected"), 120)
    first.tell("drbdadm new-current-uuid --clear-bitmap r0/0")
    until("both disks are UpToDate", lambda: says(first, "drbdadm dstate r0", "UpToDate/UpToDate"), 60)
    first.tell("drbdadm primary r0 && mkfs.ext4 -q -F /dev/drbd0 && drbdadm secondary r0")


def cluster(first, second):
    for machine in (first, second):
        until("both nodes are online", lambda: says(machine, "crm_mon -1", "Online: [ store1 store2 ]"), 400)
    first.tell(LOAD)
    until("the storage is active on a side", lambda: says(first, "crm_mon -1", "ip_store", "Started store", "Promoted: [ store"), 600)
    if says(first, "cat /proc/drbd", "ro:Secondary"):
        first.tell("pcs resource move g_store store1", 600)
    if not says(first, "crm_resource --locate --resource ip_lb", "store1"):
        first.tell("pcs resource move g_lb store1", 600)
    until("all is on the first machine", lambda: says(first, "crm_resource --locate --resource ip_store; crm_resource --locate --resource ip_lb; "
                                                      "cat /proc/drbd", "ip_store is running on: store1", "ip_lb is running on: store1",
                                                      "ro:Primary/Secondary ds:UpToDate/UpToDate"), 600)


def database(first, second):
    for machine, other in ((first, 2), (second, 1)):
        machine.tell(FOLLOW.format(other=other), 900)
    for machine in (first, second):
        until("replication runs", lambda: says(machine, "mysql -e 'SHOW SLAVE STATUS\\G'", "Slave_IO_Running: Yes", "Slave_SQL_Running: Yes"), 120)


def set_up(first, second):
    storage(first, second)
    cluster(first, second)
    database(first, second)
