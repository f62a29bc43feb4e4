// What Wine 8 lacks of the Windows that Go 1.26 needs, so that test-windows.sh
// can run a program built for Windows as it is. Newer ones of Wine bring their
// own bcryptprimitives.dll; this one is not built then.
//
// ProcessPrng is Windows' source of random bytes: here that of advapi32.
//
// NtSetInformationFile of Wine 8 answers "not implemented" to a class that it
// does not know, where Windows says "invalid class". Go tries the newest class
// for deleting a file first and goes on to the older one only at the latter, as
// on a Windows before 10. So the name, as ntdll exports it, leads to a function
// that translates this one answer. An export is told by its distance from ntdll,
// 4 GB at most: test-windows.sh links this near it.
#include <windows.h>
#include <winternl.h>

#define NOT_IMPLEMENTED ((NTSTATUS)0xC0000002)
#define INVALID_INFO_CLASS ((NTSTATUS)0xC0000003)

BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG bytes);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T bytes) {
  return bytes <= MAXDWORD && SystemFunction036(buffer, (ULONG)bytes);
}

typedef NTSTATUS(NTAPI *set_information)(HANDLE, PIO_STATUS_BLOCK, PVOID, ULONG, ULONG);
static set_information theirs;

static NTSTATUS NTAPI ours(HANDLE file, PIO_STATUS_BLOCK status, PVOID data, ULONG bytes, ULONG class) {
  NTSTATUS answer = theirs(file, status, data, bytes, class);
  return answer == NOT_IMPLEMENTED ? INVALID_INFO_CLASS : answer;
}

BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, LPVOID reserved) {
  if (reason != DLL_PROCESS_ATTACH) return TRUE;
  BYTE *base = (BYTE *)GetModuleHandleA("ntdll.dll");
  IMAGE_NT_HEADERS *pe = (IMAGE_NT_HEADERS *)(base + ((IMAGE_DOS_HEADER *)base)->e_lfanew);
  IMAGE_EXPORT_DIRECTORY *exports = (IMAGE_EXPORT_DIRECTORY *)(base + pe->OptionalHeader.DataDirectory[0].VirtualAddress);
  DWORD *names = (DWORD *)(base + exports->AddressOfNames), *functions = (DWORD *)(base + exports->AddressOfFunctions);
  WORD *ordinals = (WORD *)(base + exports->AddressOfNameOrdinals);
  for (DWORD i = 0; i < exports->NumberOfNames; i++) {
    if (lstrcmpA((char *)(base + names[i]), "NtSetInformationFile")) continue;
    DWORD *function = &functions[ordinals[i]], old;
    ULONG_PTR distance = (BYTE *)ours - base;
    if (distance > MAXDWORD || !VirtualProtect(function, sizeof *function, PAGE_READWRITE, &old)) return FALSE;
    theirs = (set_information)(base + *function);
    *function = (DWORD)distance;
    return VirtualProtect(function, sizeof *function, old, &old);
  }
  return FALSE;
}
