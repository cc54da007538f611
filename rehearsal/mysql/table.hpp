// What a database server tells about itself, as rows and columns; and how the client prints them.
#pragma once

#include <string>
#include <vector>

#include "rehearsal/mysql/model.hpp"

namespace rehearsal {

/// What a statement answers.
struct Table {
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows;
};

/// As `mysql --batch --raw` prints it: row by row, or with \G (`vertical`) column by column. Nothing at all where there is no row.
std::string print(const Table&, bool vertical, bool names);

/// The server that another one follows, as that one sees it.
struct Source {
    std::string address;
    int server_id = 1;
    bool off = false;   ///< its machine has no power: there is no route to it
    std::string gtids;  ///< that came from it
};

/// SHOW SLAVE STATUS, the columns of MariaDB 10.11 in their order. The server must follow one.
Table slave_status(const Database&, const Source&, lang::Time now);
/// SHOW ALL SLAVES STATUS has two columns before those of SHOW SLAVE STATUS, and some behind them: the last of them is the place from
/// which the server would ask on.
Table all_slaves_status(Table slave_status, std::string place);

/// SHOW MASTER STATUS: where the server writes in its own binary log.
Table master_status(const Database&);

/// What the IO and SQL threads say they are doing; nothing where they do not run.
std::string io_state(const Following&);
std::string sql_state(const Database&);

}  // namespace rehearsal
