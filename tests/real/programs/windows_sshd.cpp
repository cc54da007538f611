// The SSH server of a Windows host: sshd would cut an exit code to its last eight bits, and Windows' say more (1060: no such service).
//
//     windows_sshd ADDRESS PORT HOST_KEY AUTHORIZED_KEYS POWER_FILE PROGRAM ARGUMENT…
//
// Runs PROGRAM for every command, with the command in SSH_ORIGINAL_COMMAND; PROGRAM leaves the whole exit code in the file that
// EXIT_CODE_FILE names. Ends when a command leaves POWER_FILE behind: it was told to shut down or to restart.
#include <fcntl.h>
#include <libssh/callbacks.h>
#include <libssh/server.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <list>
#include <string>
#include <vector>

namespace {

struct Settings {
    const char *address, *port, *host_key, *authorized_keys, *power_file;
    char** program;
};

/// One command: its process, and the pipes between that and its channel.
class Command {
  public:
    Command(ssh_event event, ssh_channel channel, const Settings& settings) : event_(event), channel_(channel), settings_(settings) {
        ssh_callbacks_init(&callbacks_);
        callbacks_.userdata = this;
        callbacks_.channel_exec_request_function = [](ssh_session, ssh_channel, const char* line, void* self) {
            static_cast<Command*>(self)->start(line);
            return SSH_OK;
        };
        callbacks_.channel_data_function = [](ssh_session, ssh_channel, void* bytes, std::uint32_t size, int, void* self) {
            return static_cast<Command*>(self)->feed(bytes, size);
        };
        callbacks_.channel_eof_function = [](ssh_session, ssh_channel, void* self) { static_cast<Command*>(self)->end_input(); };
        ssh_set_channel_callbacks(channel_, &callbacks_);
    }
    Command(const Command&) = delete;

    bool ended() const { return ended_; }

  private:
    struct Output {
        Command* command;
        bool is_error;
        int pipe = -1;
    };

    void start(const char* line) {
        std::string code_file = std::filesystem::temp_directory_path() / "exit-code-XXXXXX";
        close(mkstemp(code_file.data()));
        code_file_ = code_file;
        std::array<int, 2> in{}, out{}, err{};
        for (auto* ends : {&in, &out, &err}) {
            if (pipe2(ends->data(), O_CLOEXEC) != 0) std::exit(1);
        }
        process_ = fork();
        if (process_ == 0) {
            dup2(in[0], STDIN_FILENO);
            dup2(out[1], STDOUT_FILENO);
            dup2(err[1], STDERR_FILENO);
            setenv("SSH_ORIGINAL_COMMAND", line, 1);
            setenv("EXIT_CODE_FILE", code_file.c_str(), 1);
            execvp(settings_.program[0], settings_.program);
            _exit(127);
        }
        for (const int theirs : {in[0], out[1], err[1]}) close(theirs);
        input_ = in[1];
        open_outputs_ = 2;
        for (Output* output : {&out_, &err_}) {
            output->pipe = output->is_error ? err[0] : out[0];
            ssh_event_add_fd(event_, output->pipe, POLLIN, relay, output);
        }
    }

    int feed(const void* bytes, std::uint32_t size) {
        const ssize_t written = input_ < 0 ? -1 : write(input_, bytes, size);
        return written < 0 ? static_cast<int>(size) : static_cast<int>(written);  // who does not read, does not get it
    }

    void end_input() {
        if (input_ >= 0) close(input_);
        input_ = -1;
    }

    static int relay(socket_t pipe, int, void* data) {
        const Output& output = *static_cast<Output*>(data);
        Command& command = *output.command;
        std::array<char, 16384> bytes;
        const ssize_t size = read(pipe, bytes.data(), bytes.size());
        if (size > 0) {
            const auto send = output.is_error ? ssh_channel_write_stderr : ssh_channel_write;
            send(command.channel_, bytes.data(), static_cast<std::uint32_t>(size));
            return 0;
        }
        ssh_event_remove_fd(command.event_, pipe);
        close(pipe);
        if (--command.open_outputs_ == 0) command.end();
        return 0;
    }

    void end() {
        int status = 0;
        waitpid(process_, &status, 0);
        unsigned code = WIFEXITED(status) ? static_cast<unsigned>(WEXITSTATUS(status)) : 255U;
        std::ifstream(code_file_) >> code;
        std::filesystem::remove(code_file_);
        end_input();
        ssh_channel_request_send_exit_status(channel_, static_cast<int>(code));
        ssh_channel_send_eof(channel_);
        ssh_channel_close(channel_);
        ended_ = true;
    }

    ssh_event event_;
    ssh_channel channel_;
    const Settings& settings_;
    ssh_channel_callbacks_struct callbacks_{};
    std::string code_file_;
    pid_t process_ = 0;
    int input_ = -1;
    Output out_{this, false}, err_{this, true};
    int open_outputs_ = 0;
    bool ended_ = false;
};

struct Client {
    ssh_event event;
    const Settings& settings;
    std::list<Command> commands = {};
};

bool is_authorized(const ssh_key key, const char* file) {
    std::ifstream lines(file);
    std::string type, base64, rest;
    char* offered = nullptr;
    ssh_pki_export_pubkey_base64(key, &offered);
    bool found = false;
    while (lines >> type >> base64 && std::getline(lines, rest)) found = found || base64 == offered;
    ssh_string_free_char(offered);
    return found;
}

int authenticate(ssh_session, const char*, ssh_key_struct* key, char state, void* client) {
    const bool known = is_authorized(key, static_cast<Client*>(client)->settings.authorized_keys);
    return known && (state == SSH_PUBLICKEY_STATE_NONE || state == SSH_PUBLICKEY_STATE_VALID) ? SSH_AUTH_SUCCESS : SSH_AUTH_DENIED;
}

ssh_channel open_channel(ssh_session session, void* data) {
    auto& client = *static_cast<Client*>(data);
    const ssh_channel channel = ssh_channel_new(session);
    client.commands.emplace_back(client.event, channel, client.settings);
    return channel;
}

void serve(ssh_session session, const Settings& settings) {
    Client client{ssh_event_new(), settings};
    ssh_server_callbacks_struct callbacks{};
    ssh_callbacks_init(&callbacks);
    callbacks.userdata = &client;
    callbacks.auth_pubkey_function = authenticate;
    callbacks.channel_open_request_session_function = open_channel;
    ssh_set_server_callbacks(session, &callbacks);
    ssh_set_auth_methods(session, SSH_AUTH_METHOD_PUBLICKEY);
    if (ssh_handle_key_exchange(session) != SSH_OK) return;
    ssh_event_add_session(client.event, session);
    while (ssh_event_dopoll(client.event, -1) != SSH_ERROR) {
        if (!std::filesystem::exists(settings.power_file)) continue;
        kill(getppid(), SIGTERM);
        return;
    }
}

ssh_bind listen_as(const Settings& settings) {
    const ssh_bind bind = ssh_bind_new();
    bool use_system_settings = false;
    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_PROCESS_CONFIG, &use_system_settings);
    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_BINDADDR, settings.address);
    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_BINDPORT_STR, settings.port);
    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_HOSTKEY, settings.host_key);
    if (ssh_bind_listen(bind) == SSH_OK) return bind;
    std::fprintf(stderr, "windows_sshd: %s\n", ssh_get_error(bind));
    std::exit(1);
}

}  // namespace

int main(int count, char** words) {
    if (count < 7) return 2;
    const Settings settings{words[1], words[2], words[3], words[4], words[5], words + 6};
    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_IGN);  // nobody asks how a connection ended
    const ssh_bind bind = listen_as(settings);
    for (;;) {
        const ssh_session session = ssh_new();
        if (ssh_bind_accept(bind, session) == SSH_OK && fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            signal(SIGCHLD, SIG_DFL);
            serve(session, settings);
            _exit(0);
        }
        ssh_free(session);
    }
}
